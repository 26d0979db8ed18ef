/** Puts the console's rows on the terminal and reads its keys, by Ink; leaves the terminal as it was. */
import {
  render,
  Text,
  useInput,
  usePaste,
  useWindowSize,
  type Instance,
  type Key as InkKey,
} from "ink";
import { createElement, useSyncExternalStore, type ReactNode } from "react";
import type { Look, Row } from "./row.ts";
import type { Key } from "./state.ts";

export type ScreenParts = {
  /** The rows for a terminal of this size. */
  rows(size: { columns: number; rows: number }): readonly Row[];
  /** Called back whenever the rows may be others. Returns what ends that. */
  onChange(call: () => void): () => void;
  /** Another value whenever the rows may be others. */
  version(): number;
  pressed(key: Key): void;
  isPlain: boolean;
};

export type ConsoleScreen = {
  /** Gives the terminal back: its keys too, unless they are wanted again at once. */
  close(keys: "given" | "kept"): Promise<void>;
};

export function openConsoleScreen(parts: ScreenParts): ConsoleScreen {
  // Drawing begins where the cursor stands: at the left, whatever was left there. A row that the terminal takes for longer
  // than we do must not break the ones below it.
  process.stdout.write("\r\x1b[?7l");
  const instance: Instance = render(createElement(Screen, { parts }), {
    alternateScreen: true,
    exitOnCtrlC: false,
    incrementalRendering: true,
    interactive: true,
    isScreenReaderEnabled: false,
    patchConsole: false,
  });
  return {
    async close(keys) {
      instance.unmount();
      await instance.waitUntilExit();
      // Else a key that is meant for who has the terminal next could still be read here. What is begun anew at once would
      // never hear of a key again: the runtime stops reading a moment later.
      if (keys === "given") process.stdin.pause();
      process.stdout.write("\x1b[?7h");
    },
  };
}

function Screen({ parts }: { parts: ScreenParts }): ReactNode {
  const { columns, rows } = useWindowSize();
  useSyncExternalStore(
    (call) => parts.onChange(call),
    () => parts.version(),
  );
  useInput((input, key) => {
    for (const one of keysOf(input, key)) parts.pressed(one);
  });
  usePaste((text) => parts.pressed({ key: "paste", text }));
  const shown = parts.rows({ columns, rows });
  return createElement(
    Text,
    { wrap: "truncate" },
    ...shown.flatMap((row, at) => [
      ...row.map(({ text, look }, place) =>
        createElement(Text, { key: `${at}.${place}`, ...propsOf(look, parts.isPlain) }, text),
      ),
      at === shown.length - 1 ? "" : "\n",
    ]),
  );
}

type Looks = { bold?: true; dimColor?: true; inverse?: true; color?: string };

const looks: Readonly<Record<Look, Looks>> = {
  plain: {},
  bold: { bold: true },
  dim: { dimColor: true },
  chosen: { inverse: true },
  warn: { color: "yellow" },
  bad: { color: "red" },
  good: { color: "green" },
};

function propsOf(look: Look, isPlain: boolean): Looks {
  const { color, ...rest } = looks[look];
  return isPlain || color === undefined ? rest : { ...rest, color };
}

const named = [
  ["upArrow", "up"],
  ["downArrow", "down"],
  ["leftArrow", "left"],
  ["rightArrow", "right"],
  ["pageUp", "pageup"],
  ["pageDown", "pagedown"],
  ["home", "home"],
  ["end", "end"],
  ["return", "enter"],
  ["escape", "escape"],
  ["backspace", "backspace"],
  ["delete", "backspace"],
] as const;

/** Keys that came together, as over a slow line, one by one. */
function keysOf(input: string, key: InkKey): Key[] {
  if (key.tab) return [{ key: key.shift ? "shift-tab" : "tab" }];
  for (const [name, as] of named) if (key[name]) return [{ key: as }];
  if (key.ctrl) return [{ key: input === "c" ? "ctrl-c" : input === "u" ? "ctrl-u" : "other" }];
  if (key.meta) return [{ key: "other" }];
  return input.split(controls).flatMap((part): Key[] => {
    const control = controlKeys[part];
    if (control !== undefined) return [{ key: control }];
    return part === "" ? [] : [{ key: "text", text: part }];
  });
}

const controlKeys: Readonly<Record<string, Exclude<Key["key"], "text" | "paste">>> = {
  "\r": "enter",
  "\n": "enter",
  "\t": "tab",
  "\x7f": "backspace",
  "\b": "backspace",
  "\x03": "ctrl-c",
  "\x15": "ctrl-u",
};

const controls = /(\p{Cc})/u;
