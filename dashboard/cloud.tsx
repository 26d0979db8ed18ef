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
const Search = lazy(async () => ({ default: (await import("./pages/search/page.tsx")).Search }));
const Agent = lazy(async () => ({ default: (await import("./pages/agent/page.tsx")).Agent }));
const Sessions = lazy(async () => ({
  default: (await import("./pages/fleet-sessions/page.tsx")).FleetSessions,
}));
const Session = lazy(async () => ({
  default: (await import("./pages/fleet-session/page.tsx")).FleetSession,
}));
const Decisions = lazy(async () => ({
  default: (await import("./pages/decisions/page.tsx")).Decisions,
}));
const Agents = lazy(async () => ({ default: (await import("./pages/agents/page.tsx")).Agents }));
const Integrity = lazy(async () => ({
  default: (await import("./pages/fleet-integrity/page.tsx")).FleetIntegrity,
}));
const Incidents = lazy(async () => ({
  default: (await import("./pages/incidents/page.tsx")).Incidents,
}));
const Suggestions = lazy(async () => ({
  default: (await import("./pages/suggestions/page.tsx")).Suggestions,
}));
const Ingestion = lazy(async () => ({
  default: (await import("./pages/ingestion/page.tsx")).Ingestion,
}));
const Keys = lazy(async () => ({ default: (await import("./pages/keys/page.tsx")).Keys }));
const Members = lazy(async () => ({ default: (await import("./pages/members/page.tsx")).Members }));
const Settings = lazy(async () => ({
  default: (await import("./pages/fleet-settings/page.tsx")).FleetSettings,
}));
const Audit = lazy(async () => ({ default: (await import("./pages/audit/page.tsx")).Audit }));
const Account = lazy(async () => ({ default: (await import("./pages/account/page.tsx")).Account }));

type Place = NavItem & { need: Role; page: Component };
type Row = readonly [NavItem["to"], string, NavItem["icon"], string, Component];

const placed = (need: Role, rows: readonly Row[]): Place[] =>
  rows.map(([to, text, icon, key, page]) => ({ to, text, icon, key, page, need }));

const places: readonly Place[] = [
  ...placed("viewer", [
    ["/", "Overview", "overview", "o", Overview],
    ["/search", "Search", "search", "f", Search],
    ["/sessions", "Sessions", "sessions", "s", Sessions],
    ["/decisions", "Decisions", "decisions", "d", Decisions],
    ["/agents", "Agents", "agents", "a", Agents],
    ["/integrity", "Integrity", "integrity", "i", Integrity],
    ["/incidents", "Incidents", "incident", "n", Incidents],
    ["/suggestions", "Suggestions", "suggestions", "u", Suggestions],
  ]),
  ...placed("operator", [["/ingestion", "Ingestion", "ingestion", "h", Ingestion]]),
  ...placed("admin", [
    ["/keys", "API keys", "key", "k", Keys],
    ["/members", "Members", "people", "m", Members],
    ["/settings", "Settings", "settings", "e", Settings],
    ["/audit", "Audit log", "audit", "l", Audit],
  ]),
];

function App() {
  const nav = createMemo(() =>
    places
      .filter(({ need }) => may(need))
      .map((place) => (place.to === "/incidents" ? { ...place, count: openIncidents } : place)),
  );
  const home: Home = {
    name: "cloud",
    searchAt: "/search",
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
      <Route path="/agents/:agent" component={Agent} />
      <Route path="/agents/:agent/sessions/:session" component={Session} />
      <Route path="/account" component={Account} />
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
        <div class="banner bad">
          <span>
            {openIncidents() === 1 ? "An incident is" : `${openIncidents()} incidents are`} open: a
            trace contradicts what was received of it before.
          </span>
          <a class="button small end" href="/incidents">
            Look at it
          </a>
        </div>
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
