/** The dashboard at home on the operator's machine. */
import { Route, Router } from "@solidjs/router";
import { createEffect, lazy, Match, Show, Switch } from "solid-js";
import { render } from "solid-js/web";
import { type Home, Shell } from "./app.tsx";
import { followLive, line, live } from "./live.ts";
import { Now } from "./pages/now/page.tsx";
import { Forbidden } from "./parts/states.tsx";

/** Loaded when they are first opened: most visits are to the first page. */
const Sessions = lazy(async () => ({
  default: (await import("./pages/sessions/page.tsx")).Sessions,
}));

const waiting = (): number => live()?.waiting.length ?? 0;

const home: Home = {
  name: "local",
  searchAt: "/sessions",
  nav: [
    { to: "/", text: "Now", icon: "now", key: "n", count: waiting },
    { to: "/sessions", text: "Sessions", icon: "sessions", key: "s" },
  ],
  banners: Banners,
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
      <Show when={live()?.trace_fault}>{(why) => <p class="banner bad said">{why()}</p>}</Show>
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

function App() {
  createEffect(() => {
    document.title = waiting() > 0 ? `(${waiting()}) AtlasBridge` : "AtlasBridge";
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
        </Router>
      </Match>
    </Switch>
  );
}

followLive();
const root = document.getElementById("app");
if (root !== null) render(App, root);
