/** Dialogs of tools without a folder, as their recordings show them, and what looks like one and is none. */
import { describe, expect, test } from "bun:test";
import { limits } from "../../../contracts/limits.ts";
import type { Prompt } from "../../../contracts/prompt.ts";
import { openScreen } from "../../screen/screen.ts";
import type { Snapshot } from "../../screen/snapshot.ts";
import { detect } from "../detect.ts";
import type { Detection } from "../detected.ts";
import { evidences, screenOf } from "../testing.ts";

function seen(text: string, parts: Partial<Snapshot> = {}): Detection {
  const cursor = { x: 0, y: 39, visible: false };
  return detect(screenOf(text, { cols: 100, cursor, ...parts }), evidences.rawTimedPoll);
}

function asked(text: string, parts: Partial<Snapshot> = {}): Prompt {
  const detection = seen(text, parts);
  if (detection.state !== "waiting") throw new Error(`not recognised: ${detection.why}`);
  return detection.prompt;
}

const width = 80;
const framed = (...rows: string[]): string => {
  const line = "─".repeat(width);
  return [`╭${line}╮`, ...rows.map((row) => `│${row.padEnd(width)}│`), `╰${line}╯`].join("\n");
};
/** As a real screen shows it, colours and all. */
function drawn(rows: readonly string[]): Detection {
  const options = { size: { cols: 100, rows: 30 }, reply: () => undefined, answersQueries: false };
  const screen = openScreen(options);
  screen.feed(new TextEncoder().encode(`\u001b[?1049h\u001b[?25l\r\n\r\n${rows.join("\r\n")}`));
  return detect(screen.snapshot(), evidences.rawTimedPoll);
}

const fill = "\u001b[48;5;214m";
const pane = "\u001b[48;5;236m";
const button = (label: string, on: boolean): string => `${on ? fill : pane} ${label} ${pane}`;
const buttons = (at: number): string =>
  ["Allow once", "Allow always", "Reject"]
    .map((label, index) => button(label, index === at))
    .join(" ");

const meanings = ({ options }: Prompt): unknown[] => options.map(({ meaning }) => meaning);

describe("a dialog", () => {
  test("asks although one of its options says that a key stops the tool", () => {
    const prompt = asked(
      framed(
        " rm -rf ./build",
        "",
        " Do you want to run this command?",
        "",
        " ❯ 1. Yes",
        "   2. Yes, and don't ask again for `rm` in this repo",
        "   3. No, and tell it what to do differently (Esc to stop)",
        "",
        " ↑/↓ to navigate · enter to select · esc to cancel",
      ),
    );
    expect(prompt.kind).toBe("yes_no");
    expect(meanings(prompt)).toEqual(["yes", "always", "no"]);
    expect(prompt.refuse_key).toBe("\u001b");
  });

  test("is none while its foot says that a key stops the tool", () => {
    const rows = [" Run it?", "", " ❯ 1. Yes", "   2. No", "", " esc to interrupt"];
    expect(seen(framed(...rows)).state).toBe("working");
  });

  test("may end with what the tool says of itself while it waits", () => {
    const text = (status: string): string =>
      `  ? Shell rm -rf ./build\n\n   Allow execution of: 'rm'?\n\n   › 1. Yes, allow once\n     2. Always allow 'rm *'\n     3. No, suggest changes (esc)\n\n  ⠏ ${status}`;
    const prompt = asked(text("Waiting for user confirmation..."));
    expect(prompt.question).toBe("Allow execution of: 'rm'?");
    expect(meanings(prompt)).toEqual(["yes", "always", "no"]);
    expect(seen(text("Thinking about it...")).state).toBe("working");
  });

  test("may name each option's key behind it, with a status bar below the box", () => {
    const box = framed(
      "  Bash(rm -rf ./build)",
      "",
      "  Would you like to continue?",
      "",
      "  > Continue (tab)",
      "    Continue + don't ask again (shift+tab)",
      "    No, and tell it what to do differently (esc)",
      "",
    );
    const prompt = asked(`${box}\n  ../remote ⊦main                               ◉ Some CLI`);
    expect(prompt.kind).toBe("yes_no");
    expect(meanings(prompt)).toEqual(["yes", "always", "no"]);
    expect(prompt.options[0]?.selected).toBe(true);
  });

  test("may have its options side by side, the chosen one filled", () => {
    const rows = (foot: string): string[] => [
      "  ┃",
      "  ┃  △ Permission required",
      "  ┃    # Shell command",
      "  ┃",
      "  ┃  $ rm -rf ./build",
      "  ┃",
      `  ┃ ${pane}${foot}                  ⇆ select  enter confirm\u001b[0m`,
      "  ┃",
    ];
    const detection = drawn(rows(buttons(1)));
    if (detection.state !== "waiting") throw new Error(detection.why);
    const { prompt } = detection;
    expect(meanings(prompt)).toEqual(["yes", "always", "no"]);
    expect(prompt.default).toBe("Allow always");
    expect(prompt.question).toContain("Permission required");
    // What a rule may look for stands below the title.
    expect(prompt.context).toContain("rm -rf ./build");
    // Nothing is chosen, or nobody knows what: and above an input box it is none.
    expect(drawn(rows(buttons(-1))).state).toBe("working");
    const box = ["", "  ┃", "  ┃  ask for more", "  ╹▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀", "   ctrl+p commands"];
    expect(drawn([...rows(buttons(0)), ...box]).state).not.toBe("waiting");
  });

  test("is steered by its highlight where it says that Enter takes it: its numbers may only count", () => {
    const countsIn = (foot: string): boolean | undefined => {
      const detection = seen(`  Go on?\n\n ❯ 1. Yes\n   2. No\n\n  ${foot}`);
      if (detection.state !== "waiting") throw new Error(detection.why);
      return detection.place.counts;
    };
    expect(countsIn("↑↓ navigate • Enter select • Esc cancel")).toBe(true);
    expect(countsIn("esc to cancel")).toBeUndefined();
  });

  test("is believed beside a spinner, once its own rows have stood still for long", () => {
    const text = framed(" Go on?", "", " ❯ 1. Yes", "   2. No", "", " esc to cancel");
    const moving = { ...evidences.rawTimedPoll, quietMs: 20 };
    const at = (visible: boolean): Detection =>
      detect(screenOf(`⠋ working\n${text}`, { cursor: { x: 0, y: 39, visible } }), moving);
    const detection = at(false);
    if (detection.state !== "waiting") throw new Error(detection.why);
    expect(detection.place.stillMs).toBe(limits.besideMotionStillMs);
    expect(at(true).state).toBe("working");
  });

  test("is none where the cursor stands in a box of half blocks: that is for the next request", () => {
    const edge = `  ╹${"▀".repeat(width)}`;
    const text = `  Permission required\n\n  ┃\n  ┃ █\n  ┃\n  ┃  Build · M\n${edge}\n   ctrl+p commands`;
    const cursor = { x: 5, y: 3, visible: true };
    expect(detect(screenOf(text, { cursor }), evidences.rawTimedPoll).state).toBe("idle");
  });

  test("is none where somebody writes in the tool's box, with a footer in the last row", () => {
    const rows = [
      "● An answer.",
      "",
      "› /quit  leave it",
      "",
      "› /quit",
      "",
      "  a-model · /srv/app",
    ];
    const text = `${"\n".repeat(33)}${rows.join("\n")}`;
    const cursor = { x: 7, y: 37, visible: true };
    const parts = { cursor, alternate: true, cols: 100 };
    expect(detect(screenOf(text, parts), evidences.rawPoll).state).toBe("idle");
  });

  test("that nobody can read is a person's, where it says how it is left", () => {
    const panel = (foot: string): string =>
      `${"▔".repeat(width)}\n  Settings  Status   Config\n\n  Version: 1\n  Session: abc\n\n  ${foot}`;
    const prompt = asked(panel("Esc to close"));
    expect(prompt.kind).toBe("unknown");
    expect(prompt.confidence).toBe("low");
    expect(seen(panel("Press ? for help")).state).toBe("working");
    expect(seen(`${panel("x")}\n❯ \n  esc to close`).state).not.toBe("waiting");
  });

  test("is cut where it may begin above the screen, or above what is searched of it", () => {
    const list = "Proceed?\n❯ 1. Yes\n  2. No\n\nesc to cancel";
    const cut = (text: string, parts: Partial<Snapshot> = {}): boolean => asked(text, parts).cut;
    const body = (rows: number): string => "cp a b\n".repeat(rows);
    expect(cut(`\n${body(5)}${list}`, { alternate: true })).toBe(false);
    expect(cut(`${body(5)}${list}`, { alternate: true })).toBe(true);
    expect(cut(`${body(5)}${list}`)).toBe(false);
    expect(cut(`${body(5)}${list}`, { scrolled: true })).toBe(true);
    expect(cut(`\n${body(13)}\n${list}`, { alternate: true })).toBe(false);
    expect(cut(`\n${body(20)}\n${list}`, { alternate: true })).toBe(true);
    const box = framed(" cp a b", " Proceed?", " ❯ 1. Yes", "   2. No");
    expect(cut(`\n${box}`, { alternate: true })).toBe(false);
    expect(cut(box.split("\n").slice(1).join("\n"))).toBe(true);
  });

  test("is over when a sentence stands below its box", () => {
    const box = framed(" Trust it?", "", " ● 1. Trust it", "   2. Don't trust it", "");
    expect(seen(box).state).toBe("waiting");
    expect(seen(`${box}\n  Restarting to apply the trust that was given ...`).state).toBe(
      "working",
    );
  });

  test("may show a preview or terms below its options", () => {
    const list = "      Auto\n  ❯ ✔ Dark mode\n      Light mode";
    const rule = "▔".repeat(width);
    const picker = (below: string): string =>
      `${rule}\n  Look\n\n  Choose a look\n\n${list}\n\n   1 -  old\n   1 +  new\n${below}`;
    const prompt = asked(picker("\n  Enter to select · Esc to cancel"));
    expect(prompt.options.map(({ label }) => label)).toEqual(["Auto", "Dark mode", "Light mode"]);
    expect(prompt.default).toBe("Dark mode");
    // The same list in an answer, above the tool's input box, and in running text.
    expect(seen(picker(`\n${"─".repeat(width)}\n❯ \n  ? for help · esc to exit`)).state).not.toBe(
      "waiting",
    );
    expect(seen(picker("\n  It looks best in the evening.")).state).not.toBe("waiting");
  });

  test("shows beside its options what is no label of theirs, but may change what they mean", () => {
    const prompt = asked(
      framed(
        " Which way?",
        "",
        " ❯ 1. Ask         Approval for each command",
        "   2. Approve     Without asking again in this session",
        "   3. No          Nothing is run",
        "",
        " enter to select · esc to cancel",
      ),
    );
    expect(prompt.options.map(({ label }) => label)).toEqual(["Ask", "Approve", "No"]);
    expect(meanings(prompt)).toEqual([null, "always", "no"]);
  });

  test("may have boxes to tick, and a note of several rows below each", () => {
    const prompt = asked(
      "  Features\n  Some take effect later.\n\n› [ ] History   A longer\n                history.\n  [x] Proxy     Use it.\n\n  space toggle · enter save · esc close",
    );
    expect(prompt.options.map(({ checked }) => checked)).toEqual([false, true]);
    expect(prompt.question).toContain("Features");
  });
});
