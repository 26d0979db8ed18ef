/** What running sessions show at the moment, looked at again while somebody looks at the page. */
import { createEffect, createSignal, Index, on, onCleanup, Show } from "solid-js";
import type { SessionGlance } from "../../../contracts/dashboard.ts";
import type { SessionId } from "../../../contracts/ids.ts";
import { limits } from "../../../contracts/limits.ts";
import { api } from "../../api.ts";
import { live } from "../../live.ts";
import { visible } from "../../parts/visible.ts";

/** A person reads no faster, and each look asks the sessions themselves. */
const lookEveryMs = 2_000;

export type Glances = {
  of(id: SessionId): SessionGlance | undefined;
  /** Something was done to them. */
  again(): void;
};

function chunks(ids: readonly SessionId[]): SessionId[][] {
  const most = limits.dashboardGlancesMax;
  return Array.from({ length: Math.ceil(ids.length / most) }, (_, at) =>
    ids.slice(at * most, (at + 1) * most),
  );
}

/** How each is held, and the last `lines` of its screen; of the first of them alone, where they are many. */
export function useGlances(ids: () => readonly SessionId[], lines: number): Glances {
  const [seen, setSeen] = createSignal<ReadonlyMap<SessionId, SessionGlance>>(new Map());
  let timer: ReturnType<typeof setTimeout> | undefined;
  let state: "rests" | "asks" | "asks, and has to again" | "over" = "rests";
  const stateNow = (): typeof state => state;

  async function look(): Promise<void> {
    if (state === "over") return;
    if (state !== "rests") {
      state = "asks, and has to again";
      return;
    }
    clearTimeout(timer);
    state = "asks";
    await ask();
    const after = stateNow();
    if (after === "over") return;
    state = "rests";
    if (after === "asks, and has to again") void look();
    else timer = setTimeout(() => void look(), lookEveryMs);
  }

  async function ask(): Promise<void> {
    const all = ids();
    if (all.length === 0 || document.visibilityState !== "visible") return;
    try {
      const found = await Promise.all(
        chunks(all).map((some, at) =>
          api.sessions.glances.query({ ids: some, lines: at === 0 ? lines : 0 }),
        ),
      );
      setSeen(new Map(found.flat().map((one) => [one.session_id, one])));
    } catch {
      // The line tells what is wrong with it; what was seen last stays.
    }
  }

  // At once when others run, and when something was recorded: then a screen has changed as well.
  createEffect(on([() => ids().join(), () => live()?.entries], () => void look()));
  const shown = (): void => void look();
  document.addEventListener("visibilitychange", shown);
  onCleanup(() => {
    state = "over";
    clearTimeout(timer);
    document.removeEventListener("visibilitychange", shown);
  });
  return { of: (id) => seen().get(id), again: shown };
}

const lineChars = 300;

/** A picture of text: whoever cannot see it is told how it ends. */
export function Glance(props: { glance: SessionGlance | undefined }) {
  const lines = () => (props.glance?.lines ?? []).map((line) => visible(line.slice(0, lineChars)));
  return (
    <Show when={lines().length > 0}>
      <div
        class="glance mono"
        role="img"
        aria-label={`Its screen now ends with: ${lines().at(-1)?.trim() ?? ""}`}
      >
        <Index each={lines()}>
          {(line) => <bdi dir="ltr">{line() === "" ? " " : line()}</bdi>}
        </Index>
      </div>
    </Show>
  );
}
