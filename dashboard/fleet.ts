/** Who looks, at which organisation, and what has changed there since: one stream for all tabs of a browser. */
import { createEffect, createRoot, createSignal, on, onCleanup } from "solid-js";
import type { Change } from "../contracts/cloud-fleet.ts";
import type { Role } from "../contracts/roles.ts";
import { cloud, cloudLine } from "./cloud-api.ts";

export type Me = Awaited<ReturnType<typeof cloud.me.show.query>>;
export type Tenants = Awaited<ReturnType<typeof cloud.me.tenants.query>>;

const [me, setMe] = createSignal<Me | null>(null);
const [tenants, setTenants] = createSignal<Tenants>([]);
const [pulse, setPulse] = createSignal(0);
const [openIncidents, setOpenIncidents] = createSignal(0);

export { me, tenants, openIncidents };

/** Grows when something has come or changed: whoever reads it asks again. */
export { pulse };

const ranks: Readonly<Record<Role, number>> = { viewer: 0, operator: 1, admin: 2 };

/** What a role may not do is not offered; the service refuses it anyway. */
export function may(needed: Role): boolean {
  const role = me()?.role;
  return role !== undefined && ranks[role] >= ranks[needed];
}

type News = Change | { moved: string };

const channel = new BroadcastChannel("atlasbridge-fleet");

/** Begins with who it is; nothing is asked of anything before that. */
export async function followFleet(): Promise<void> {
  channel.addEventListener("message", ({ data }: MessageEvent<News>) => hear(data));
  const [self, choices] = await Promise.all([cloud.me.show.query(), cloud.me.tenants.query()]);
  setTenants(choices);
  setMe(self);
  void countIncidents();
  createRoot(comeBack);
  // A browser opens few connections to one server, and a stream keeps one.
  void navigator.locks.request(`atlasbridge-fleet ${self.session_id}`, async () => {
    follow();
    await new Promise<never>(() => undefined);
  });
}

const lookAgainMs = 2_000;

/** The stream may have outlived what broke a question: while the line is down it is tried, and then all is asked again. */
function comeBack(): void {
  createEffect(
    on(cloudLine, (now, before) => {
      if (now === "up" && before === "offline") beat();
      if (now !== "offline") return;
      const look = (): void => void cloud.me.show.query().catch(() => undefined);
      const timer = setInterval(look, lookAgainMs);
      window.addEventListener("online", look);
      onCleanup(() => {
        clearInterval(timer);
        window.removeEventListener("online", look);
      });
    }),
  );
}

/** Everything on the page is of one organisation: another one is another page. */
export async function moveTo(tenantId: string): Promise<void> {
  await cloud.me.switchTenant.mutate({ tenant_id: tenantId });
  channel.postMessage({ moved: tenantId } satisfies News);
  location.assign("/");
}

function hear(news: News): void {
  if ("moved" in news) {
    location.assign("/");
    return;
  }
  if (news.what === "incident" || news.what === "resync") void countIncidents();
  beat();
}

const beatMs = 1_000;
let lastBeat = 0;
let planned: ReturnType<typeof setTimeout> | null = null;
let isBehind = false;

/**
 * At once, then no more than once a second: a busy fleet would have every page ask without end. A page that nobody looks at
 * asks when it is looked at again.
 */
function beat(): void {
  if (planned !== null) return;
  const wait = Math.max(0, lastBeat + beatMs - Date.now());
  planned = setTimeout(() => {
    planned = null;
    isBehind = document.visibilityState !== "visible";
    if (isBehind) return;
    lastBeat = Date.now();
    setPulse((before) => before + 1);
  }, wait);
}

document.addEventListener("visibilitychange", () => isBehind && beat());

const retryMsMin = 500;
const retryMsMax = 8_000;

/** Resumes by itself where it stopped; starts anew after what ends it. */
function follow(): void {
  let waitMs = retryMsMin;
  const start = (): void => {
    const again = (): void => {
      subscription.unsubscribe();
      // Says whether it is the line or the session.
      cloud.me.show.query().catch(() => undefined);
      setTimeout(start, waitMs);
      waitMs = Math.min(waitMs * 2, retryMsMax);
    };
    const subscription = cloud.live.changes.subscribe(undefined, {
      onData({ data }) {
        waitMs = retryMsMin;
        hear(data);
        channel.postMessage(data satisfies News);
      },
      onConnectionStateChange({ state, error }) {
        if (state === "connecting" && error !== null) cloud.me.show.query().catch(() => undefined);
      },
      onError: again,
      onComplete: again,
    });
  };
  start();
}

async function countIncidents(): Promise<void> {
  const { rows } = await cloud.incidents.list.query({ open: true, rows: 100 });
  setOpenIncidents(rows.length);
}
