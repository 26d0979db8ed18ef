/** Proves the split-point property over every recording there is, and that the cuts are where they are said to be. */
import { describe, expect, test } from "bun:test";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { openScreen } from "../screen/screen.ts";
import { readFolder } from "./folder.ts";
import { cutFeed, cutSets, efforts, outputBytes, splitFault } from "./splits.ts";
import { caseOf, expectedPrompt, output, reads } from "./testing.ts";

const text = "\u001b[1mÜberschreiben?\u001b[0m [j/N] 😀\u001b]0;title\u0007 ";

describe("cutting", () => {
  test("feeds the same bytes in other pieces, counted over all outputs", () => {
    const screen = openScreen({
      size: { cols: 80, rows: 24 },
      reply: () => undefined,
      answersQueries: false,
    });
    const pieces: number[] = [];
    const feed = cutFeed([2, 3, 5, 9, 12]);
    for (const length of [4, 5, 1, 10]) {
      feed({ ...screen, feed: (bytes) => pieces.push(bytes.length) }, new Uint8Array(length));
    }
    // 0–4 is cut at 2 and 3, 4–9 at 5, 9–10 begins at a cut, 10–20 is cut at 12.
    expect(pieces).toEqual([2, 1, 1, 1, 4, 1, 2, 8]);
  });

  test("tries every byte of what is small, and the same ones each time of what is large", () => {
    const small = cutSets(5, efforts.all, 1);
    expect(small).toContainEqual([1, 2, 3, 4]);
    for (const at of [1, 2, 3, 4]) expect(small).toContainEqual([at]);
    const large = cutSets(100_000, efforts.all, 1);
    expect(large).toHaveLength(efforts.all.count + 1);
    expect(cutSets(100_000, efforts.all, 1)).toEqual(large);
    expect(cutSets(1, efforts.all, 1)).toEqual([]);
  });

  test("within characters and escape sequences makes no difference, everywhere in a question", () => {
    const one = caseOf(
      [output(1, text.slice(0, 9)), output(2, text.slice(9)), reads(3)],
      [expectedPrompt({ at_ms: 500 })],
    );
    for (const cuts of cutSets(outputBytes(one.recording), efforts.all, 1)) {
      expect(splitFault(one, cuts)).toBeNull();
    }
  });

  test("a screen that comes to differ is found", () => {
    const at = expectedPrompt({ at_ms: 500 });
    const events = [output(1, "Go on? "), reads(3)];
    const one = caseOf(events, [at]);
    expect(splitFault(one, [1])).toBeNull();
    // The recording as it was looked at first is what all later looks are compared with.
    events[0] = output(1, "Stop? ");
    expect(splitFault(one, [1])).toMatchObject({ case: "ask", cuts: [1], atMs: 500 });
  });
});

const folders = {
  "our own recordings": join(import.meta.dir, "../prompt/recordings"),
  "open recordings of programs": join(import.meta.dir, "../../../shared/prompt-corpus"),
  "open recordings of AI tools": join(import.meta.dir, "../../../shared/agent-rig"),
};

/** Larger recordings are left to `lab run --splits`. */
const bytesMax = 24_000;

for (const [name, folder] of Object.entries(folders)) {
  test.if(existsSync(folder))(
    `reads may end anywhere: ${name}`,
    () => {
      const faults = readFolder(folder).flatMap((one) => {
        const bytes = outputBytes(one.recording);
        if (bytes > bytesMax) return [];
        return cutSets(bytes, efforts.some, 1).map((cuts) => splitFault(one, cuts));
      });
      expect(faults.length).toBeGreaterThan(0);
      expect(faults.filter((fault) => fault !== null)).toEqual([]);
    },
    120_000,
  );
}
