/** The dashboard at home on the operator's machine. */
import { Route, Router } from "@solidjs/router";
import { createEffect, lazy, Match, Show, Switch } from "solid-js";
import { render } from "solid-js/web";
import { type Home, Shell } from "./app.tsx";
import { followLive, line, live } from "./live.ts";
import { AutopilotPanel, isPaused, PauseButton } from "./pages/autopilot/panel.tsx";
import { kindText } from "../contracts/choices.ts";
import { Now } from "./pages/now/page.tsx";
import { notifierOf } from "./parts/notify.ts";
import { Empty, Forbidden } from "./parts/states.tsx";
import { Said } from "./parts/text.tsx";

/** Loaded when they are first opened: most visits are to the first page. */
const Sessions = lazy(async () => ({
  default: (await import("./pages/sessions/page.tsx")).Sessions,
}));
const Session = lazy(async () => ({ default: (await import("./pages/session/page.tsx")).Session }));
const Policy = lazy(async () => ({ default: (await import("./pages/policy/page.tsx")).Policy }));
const Integrity = lazy(async () => ({
  default: (await import("./pages/integrity/page.tsx")).Integrity,
}));
const Doctor = lazy(async () => ({ default: (await import("./pages/doctor/page.tsx")).Doctor }));
const Settings = lazy(async () => ({
  default: (await import("./pages/settings/page.tsx")).Settings,
}));

const waiting = (): number => live()?.waiting.length ?? 0;

const home: Home = {
  name: "local",
  searchAt: "/sessions",
  nav: [
    { to: "/", text: "Now", icon: "now", key: "n", count: waiting },
    { to: "/sessions", text: "Sessions", icon: "sessions", key: "s" },
    { to: "/policy", text: "Policy", icon: "policy", key: "p" },
    { to: "/integrity", text: "Integrity", icon: "integrity", key: "i" },
    { to: "/doctor", text: "Doctor", icon: "doctor", key: "d" },
    { to: "/settings", text: "Settings", icon: "settings", key: "e" },
  ],
  banners: Banners,
  foot: AutopilotPanel,
};

function Banners() {
  return (
    <div aria-live="polite">
      <Show when={line() === "offline"}>
        <p class="banner">
          The dashboard's server does not answer. What you see is as it was; it goes on by itself
          once the server is back: <code>atlasbridge dashboard</code>
        </p>
      </Show>
      <Show when={live()?.trace_fault}>
        {(why) => (
          <p class="banner bad">
            <Said text={why()} />
          </p>
        )}
      </Show>
      <Show when={isPaused()}>
        <div class="banner">
          <span>
            Automatic replies are paused: every prompt comes to you
            <Show when={live()?.autopilot.fault}>
              {(why) => (
                <>
                  , because of <Said text={why()} />
                </>
              )}
            </Show>
            .
          </span>
          <PauseButton class="end" />
        </div>
      </Show>
    </div>
  );
}

function NotLetIn() {
  return (
    <Forbidden>
      <p>
        This page opens from a terminal of this machine, once for each browser. Run this there, and
        open the link that it prints:
      </p>
      <code class="codeblock">atlasbridge dashboard --open</code>
    </Forbidden>
  );
}

function NotThere() {
  return (
    <Empty title="There is no such page">
      <a class="button" href="/">
        Go to what is now
      </a>
    </Empty>
  );
}

function App() {
  const tell = notifierOf();
  createEffect(() => {
    document.title = waiting() > 0 ? `(${waiting()}) AtlasBridge` : "AtlasBridge";
    const view = live();
    if (view === null) return;
    tell(
      view.waiting.map(({ prompt_id: id, tool, label, kind }) => ({
        id,
        title: `${tool}${label === null ? "" : ` (${label})`} waits for you`,
        body: `It asks for: ${kindText[kind]}`,
      })),
    );
  });
  return (
    <Switch>
      <Match when={line() === "forbidden"}>
        <main class="main">
          <NotLetIn />
        </main>
      </Match>
      <Match when={true}>
        <Router root={(props) => <Shell home={home}>{props.children}</Shell>}>
          <Route path="/" component={Now} />
          <Route path="/sessions" component={Sessions} />
          <Route path="/sessions/:id" component={Session} />
          <Route path="/policy" component={Policy} />
          <Route path="/integrity" component={Integrity} />
          <Route path="/doctor" component={Doctor} />
          <Route path="/settings" component={Settings} />
          <Route path="*" component={NotThere} />
        </Router>
      </Match>
    </Switch>
  );
}

followLive();
const root = document.getElementById("app");
if (root !== null) render(App, root);
