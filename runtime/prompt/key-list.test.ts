/** Keys listed with what they do are options with that meaning; a yes or a no is typed only where one alone means it. */
import { describe, expect, test } from "bun:test";
import type { Prompt } from "../../contracts/prompt.ts";
import { detect } from "./detect.ts";
import { evidences, screenOf } from "./testing.ts";

function promptOn(text: string): Prompt {
  const detection = detect(screenOf(text), { ...evidences.lineRead, quietMs: 1_000 });
  if (detection.state !== "waiting") throw new Error(`${detection.state}: ${detection.why}`);
  return detection.prompt;
}

/** Each as `key=label:meaning`. */
function optionsOn(text: string): string {
  return promptOn(text)
    .options.map(({ key, label, meaning }) => `${key}=${label}:${meaning ?? ""}`)
    .join(" | ");
}

const yesNo: [string, string][] = [
  ["0 = no, 1 = yes: ", "0=no:no | 1=yes:yes"],
  ["Overwrite? (y = yes, n = no, a = all) ", "y=yes:yes | n=no:no | a=all:always"],
  ["Press Y for yes, N for no: ", "y=yes:yes | n=no:no"],
  ["Press 1 to accept or 2 to decline: ", "1=accept:yes | 2=decline:no"],
  ["Type 'y' to confirm or 'n' to cancel: ", "y=confirm:yes | n=cancel:no"],
  ["y - keep it, n - throw it away: ", "y=keep it:yes | n=throw it away:no"],
  ["Go on? y = yes, n = no\n> ", "y=yes:yes | n=no:no"],
];
const menus: [string, string][] = [
  ["Press y to abort, n to continue: ", "y=abort:cancel | n=continue:yes"],
  ["y: abort  n: continue > ", "y=abort:cancel | n=continue:yes"],
  ["y = abort, n = continue [y/n]: ", "y=abort:cancel | n=continue:yes"],
  ["Press [c] to continue, [a] to abort: ", "c=continue:yes | a=abort:cancel"],
  ["Select (0 to cancel, 1 to proceed): ", "0=cancel:cancel | 1=proceed:yes"],
  ["Hit s to skip, a to abort, r to retry: ", "s=skip: | a=abort:cancel | r=retry:"],
  ["1. No thanks 2. No problem: ", "1=No thanks:no | 2=No problem:"],
  ["1=small 2=medium 3=large: ", "1=small: | 2=medium: | 3=large:"],
  ["Press y to continue or any other key to abort: ", "y=continue:yes"],
];
/** No list of keys, whatever signs stand in it. */
const others: string[] = [
  "Drive C: 10 GB: ",
  "Meet at 5 for tea: ",
  "x = 5, y = 7: ",
  "Plan A - cheap, plan B - fast: ",
  "Pick a number from 1 to 10: ",
  "Done in 2.5 s. 1. Build 2. Test 4. Ship: ",
  "Width (w = 5): ",
];

describe("a list of keys", () => {
  test.each(yesNo)("%p offers yes and no", (text, options) => {
    expect([promptOn(text).kind, optionsOn(text)]).toEqual(["yes_no", options]);
  });

  test.each(menus)("%p offers what it says", (text, options) => {
    expect([promptOn(text).kind, optionsOn(text)]).toEqual(["multiple_choice", options]);
  });

  test.each(others)("%p is none", (text) => {
    expect(promptOn(text).kind).toBe("free_text");
  });

  test("names its default behind it", () => {
    expect(promptOn("1 = small, 2 = large [2]: ").default).toBe("2");
    expect(promptOn("1 = small, 2 = large (default: small): ").default).toBe("1");
  });

  test("does not hide what Enter alone does", () => {
    expect(promptOn("Press Enter to continue, q to quit: ").kind).toBe("confirm_enter");
    expect(promptOn("Press Ctrl-C to abort or Enter to continue: ").kind).toBe("confirm_enter");
  });
});
