/** The dashboard at home in the cloud: what many machines did, for an organisation's people, who can act on none. */
import { Route, Router } from "@solidjs/router";
import { type Component, createMemo, createSignal, lazy, Match, Show, Switch } from "solid-js";
import { render } from "solid-js/web";
import type { Role } from "../contracts/roles.ts";
import { type Home, type NavItem, Shell } from "./app.tsx";
import { cloudLine } from "./cloud-api.ts";
import { followFleet, may, me, openIncidents } from "./fleet.ts";
import { Overview } from "./pages/overview/page.tsx";
import { TenantSwitch, WhoIsIn } from "./pages/account/side.tsx";
import { Empty, Failed, Forbidden, Loading } from "./parts/states.tsx";
import "./theme/fleet.css";

/** Loaded when they are first opened: most visits are to the first page. */
const Sessions = lazy(async () => ({
  default: (await import("./pages/fleet-sessions/page.tsx")).FleetSessions,
}));
const Session = lazy(async () => ({
  default: (await import("./pages/fleet-session/page.tsx")).FleetSession,
}));
const Keys = lazy(async () => ({ default: (await import("./pages/keys/page.tsx")).Keys }));

type Place = NavItem & { need: Role; page: Component };

const places: readonly Place[] = [
  { to: "/", text: "Overview", icon: "overview", key: "o", need: "viewer", page: Overview },
  {
    ...{ to: "/sessions", text: "Sessions", icon: "sessions", key: "s" },
    ...{ need: "viewer", page: Sessions },
  },
  { to: "/keys", text: "API keys", icon: "key", key: "k", need: "admin", page: Keys },
];

function App() {
  const nav = createMemo(() => places.filter(({ need }) => may(need)));
  const home: Home = {
    name: "cloud",
    searchAt: "/sessions",
    get nav() {
      return nav();
    },
    top: TenantSwitch,
    banners: Banners,
    after: Observes,
    foot: WhoIsIn,
  };
  return (
    <Router root={(props) => <Shell home={home}>{props.children}</Shell>}>
      {places.map(({ to, need, page }) => (
        <Route path={to} component={() => <Guarded need={need} page={page} />} />
      ))}
      <Route path="/agents/:agent/sessions/:session" component={Session} />
      <Route path="*" component={NotThere} />
    </Router>
  );
}

function Guarded(props: { need: Role; page: Component }) {
  const Page = props.page;
  return (
    <Show when={may(props.need)} fallback={<NotForRole need={props.need} />}>
      <Page />
    </Show>
  );
}

const article: Readonly<Record<Role, string>> = { viewer: "a", operator: "an", admin: "an" };

function NotForRole(props: { need: Role }) {
  const role = () => me()?.role ?? "viewer";
  return (
    <div class="page">
      <section class="card">
        <Forbidden title={`This page needs the role ${props.need}`}>
          <p>
            You are {article[role()]} {role()} of this organisation. An admin of it can give you
            another role.
          </p>
          <a class="button" href="/">
            Go to the overview
          </a>
        </Forbidden>
      </section>
    </div>
  );
}

function NotThere() {
  return (
    <Empty title="There is no such page">
      <a class="button" href="/">
        Go to the overview
      </a>
    </Empty>
  );
}

function Banners() {
  return (
    <div aria-live="polite">
      <Show when={cloudLine() === "offline"}>
        <p class="banner">
          The service does not answer. What you see is as it was; it goes on by itself once the
          service is back.
        </p>
      </Show>
      <Show when={openIncidents() > 0}>
        <p class="banner bad">
          <span>
            {openIncidents() === 1 ? "An incident is" : `${openIncidents()} incidents are`} open: a
            trace contradicts what was received of it before.
          </span>
          <a class="button small end" href="/incidents">
            Look at it
          </a>
        </p>
      </Show>
    </div>
  );
}

function Observes() {
  return (
    <footer class="observes">
      AtlasBridge cloud observes. Nothing on this page can act on a machine.
    </footer>
  );
}

function SignedOut() {
  const back = `/auth/sign-in?return_to=${encodeURIComponent(location.pathname + location.search)}`;
  return (
    <main class="main">
      <Forbidden title="You are signed out">
        <p>
          The session has ended: it was signed out, was idle for too long, or your role changed.
        </p>
        <a class="button primary" href={back}>
          Sign in
        </a>
      </Forbidden>
    </main>
  );
}

function Start() {
  const [error, setError] = createSignal<unknown>(null);
  followFleet().catch(setError);
  return (
    <Switch>
      <Match when={cloudLine() === "signed-out"}>
        <SignedOut />
      </Match>
      <Match when={me() !== null}>
        <App />
      </Match>
      <Match when={error() !== null}>
        <main class="main">
          <Failed error={error()} retry={() => location.reload()} />
        </main>
      </Match>
      <Match when={true}>
        <main class="main">
          <Loading what="the dashboard" lines={8} />
        </main>
      </Match>
    </Switch>
  );
}

const root = document.getElementById("app");
if (root !== null) render(Start, root);
