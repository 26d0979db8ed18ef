/** Dialogs of tools without a folder, as their recordings show them, and what looks like one and is none. */
import { describe, expect, test } from "bun:test";
import type { Prompt } from "../../../contracts/prompt.ts";
import { detect } from "../detect.ts";
import type { Detection } from "../detected.ts";
import { evidences, screenOf } from "../testing.ts";

function seen(text: string): Detection {
  const cursor = { x: 0, y: 39, visible: false };
  return detect(screenOf(text, { cols: 100, cursor }), evidences.rawTimedPoll);
}

function asked(text: string): Prompt {
  const detection = seen(text);
  if (detection.state !== "waiting") throw new Error(`not recognised: ${detection.why}`);
  return detection.prompt;
}

const width = 80;
const framed = (...rows: string[]): string => {
  const line = "─".repeat(width);
  return [`╭${line}╮`, ...rows.map((row) => `│${row.padEnd(width)}│`), `╰${line}╯`].join("\n");
};
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
