/** The shell around every page, the same in both homes: navigation, keys, help, news, and whether the line stands. */
import { A, useIsRouting, useLocation, useNavigate } from "@solidjs/router";
import {
  createEffect,
  createSignal,
  ErrorBoundary,
  For,
  type JSX,
  lazy,
  Show,
  Suspense,
} from "solid-js";
import { Icon, type IconName } from "./parts/icon.tsx";
import { focusSearch, useKeys, walk } from "./parts/keys.ts";
import { applyPreferences, chooseTheme, theme, type Theme } from "./parts/preferences.ts";
import { Failed, Loading } from "./parts/states.tsx";
import { Toasts } from "./parts/toast.tsx";
import icon from "./theme/icon.svg";
import "./theme/tokens.css";
import "./theme/base.css";
import "./theme/parts.css";

const Help = lazy(async () => ({ default: (await import("./parts/help.tsx")).Help }));

export type NavItem = {
  to: string;
  text: string;
  icon: IconName;
  /** After `g`. */
  key: string;
  /** How many things there ask for attention. */
  count?: () => number;
};

export type Home = {
  /** What this is a view of, in a word or two. */
  name: string;
  nav: readonly NavItem[];
  /** Where `/` leads from a page without a search of its own. */
  searchAt: string;
  /** Between the name and the navigation. */
  top?: () => JSX.Element;
  /** Above every page: what has to be known wherever one is. */
  banners?: () => JSX.Element;
  /** Below every page. */
  after?: () => JSX.Element;
  /** Below the navigation. */
  foot?: () => JSX.Element;
};

export function Shell(props: { home: Home; children?: JSX.Element }) {
  const [isHelp, setHelp] = createSignal(false);
  const isRouting = useIsRouting();
  const location = useLocation();
  createEffect(applyPreferences);
  useShellKeys(props.home, () => setHelp(true));
  createEffect((before: string | undefined) => {
    const { pathname } = location;
    if (before !== undefined && before !== pathname) announce();
    // On a narrow window the navigation is wider than it.
    queueMicrotask(() => {
      const here = document.querySelector(".nav [aria-current=page]");
      here?.scrollIntoView({ block: "nearest", inline: "nearest" });
    });
    return pathname;
  });
  return (
    <div class="shell">
      <a class="skip" href="#main">
        Skip to the page
      </a>
      <header class="side">
        <A class="brand" href="/" end>
          <img src={icon} alt="" />
          <span>AtlasBridge</span>
          <small>{props.home.name}</small>
        </A>
        {props.home.top?.()}
        <nav class="nav" aria-label="Pages">
          <For each={props.home.nav}>{(item) => <NavLink item={item} />}</For>
        </nav>
        <div class="side-foot">
          {props.home.foot?.()}
          <div class="row-wrap">
            <ThemeButton />
            <button type="button" class="button quiet small" onClick={() => setHelp(true)}>
              <kbd>?</kbd>
              <span class="wide">Keys</span>
              <span class="unseen">Help about keys</span>
            </button>
          </div>
        </div>
      </header>
      <main class="main" id="main" tabindex="-1" aria-busy={isRouting()}>
        {props.home.banners?.()}
        <ErrorBoundary fallback={(error, reset) => <Failed error={error} retry={reset} />}>
          <Suspense fallback={<Loading what="the page" />}>{props.children}</Suspense>
        </ErrorBoundary>
        {props.home.after?.()}
      </main>
      <Toasts />
      <Show when={isHelp()}>
        <Suspense>
          <Help close={() => setHelp(false)} />
        </Suspense>
      </Show>
    </div>
  );
}

/** A page change is a page load to a screen reader and to the keyboard. */
function announce(): void {
  document.getElementById("main")?.focus({ preventScroll: true });
  scrollTo(0, 0);
}

function NavLink(props: { item: NavItem }) {
  const count = () => props.item.count?.() ?? 0;
  return (
    <A href={props.item.to} end={props.item.to === "/"} activeClass="" inactiveClass="">
      <Icon name={props.item.icon} />
      {props.item.text}
      <Show when={count() > 0}>
        <span class="chip warn count">{count()}</span>
      </Show>
    </A>
  );
}

function ThemeButton() {
  const next: Record<Theme, Theme> = { system: "light", light: "dark", dark: "system" };
  const names: Record<Theme, string> = { system: "System", light: "Light", dark: "Dark" };
  return (
    <button
      type="button"
      class="button quiet small"
      onClick={() => chooseTheme(next[theme()])}
      aria-label={`Theme: ${names[theme()]}; change`}
    >
      <Icon name="theme" />
      <span class="wide">{names[theme()]}</span>
    </button>
  );
}

/** How long `g` waits for the letter after it. */
const chordMs = 1_500;

function useShellKeys(home: Home, help: () => void): void {
  const navigate = useNavigate();
  const [isChord, setChord] = createSignal(false);
  let timer: ReturnType<typeof setTimeout> | undefined;
  useKeys([
    { key: "?", does: "this help", run: help },
    { key: "/", does: "search", run: () => void (focusSearch() || navigate(home.searchAt)) },
    { key: "j", does: "next row", run: () => walk(1) },
    { key: "k", does: "previous row", run: () => walk(-1) },
    {
      key: "g",
      does: `then ${home.nav.map(({ key, text }) => `${key} (${text})`).join(", ")}: go there`,
      run: () => {
        setChord(true);
        clearTimeout(timer);
        timer = setTimeout(() => setChord(false), chordMs);
      },
    },
  ]);
  window.addEventListener(
    "keydown",
    (event) => {
      if (!isChord() || event.key === "g") return;
      setChord(false);
      const to = home.nav.find(({ key }) => key === event.key)?.to;
      if (to === undefined) return;
      event.preventDefault();
      event.stopPropagation();
      navigate(to);
    },
    { capture: true },
  );
}
