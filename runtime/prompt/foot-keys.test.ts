/** Yes and no as keys at the foot of a drawing, and what only looks like them. */
import { expect, test } from "bun:test";
import { detect } from "./detect.ts";
import { evidences, screenOf } from "./testing.ts";

function found(text: string, parts: { alternate?: boolean; visible?: boolean } = {}) {
  const cursor = { ...screenOf(text).cursor, visible: parts.visible === true };
  const snapshot = screenOf(text, { cursor, alternate: parts.alternate === true });
  const detection = detect(snapshot, { ...evidences.rawPoll, quietMs: 100 });
  if (detection.state !== "waiting") return { kind: detection.state };
  const { kind, question, options, single_key: single } = detection.prompt;
  const keys = options.map(({ key, meaning }) => `${key}=${meaning}`);
  return { kind, question, keys, single };
}

const asked = { kind: "yes_no" as const, keys: ["y=yes", "n=no"], single: true };

test("keys named below buttons answer the question above them", () => {
  const text =
    "  Delete the branch?\n\n     Yes        No\n\n←→ toggle • enter submit • y Yes • n No";
  expect(found(text)).toEqual({ ...asked, question: "Delete the branch?" });
});

test("keys in the last row of a frame answer the question in it", () => {
  const frame = [
    "┌ Removal ───────────────┐",
    "│ Are you sure?  1 file  │",
    "│                        │",
    "│ [y]es  [n]o            │",
    "└────────────────────────┘",
  ].join("\n");
  expect(found(frame, { alternate: true })).toEqual({
    ...asked,
    question: "Are you sure?  1 file",
  });
});

test("other deeds on the same letters, no question, and text below them are no such prompt", () => {
  const texts = [
    "  Which file?\n\n q quit • y yank • n next",
    "  A list of files\n\n q quit • y Yes • n No",
    "  Delete it?\n\n y Yes • n No\n\n Deleting it now",
  ];
  for (const text of texts) expect(found(text).kind).not.toBe("yes_no");
});

test("keys in a text that was written with the cursor shown are none", () => {
  expect(found("Delete it?\n\n y Yes • n No\n", { visible: true }).kind).not.toBe("yes_no");
});

test("keys with `or` between them answer the question of a frame that lies over a list", () => {
  const rows = [
    "one.txt                              0 B",
    "     ┌──────── Deletion ─────────┐ 0 B",
    "     │ Delete █the file for good? │ 0 B",
    "     │                           │",
    "     │  Enter [y]es or [n]o      │",
    "     └───────────────────────────┘",
    "                              2/3",
  ];
  const question = "Delete the file for good?";
  expect(found(rows.join("\n"), { alternate: true })).toEqual({ ...asked, question });
  const text = rows.map((row) => row.replace("[y]es or [n]o", "[r]ead or [w]rite"));
  expect(found(text.join("\n"), { alternate: true }).kind).not.toBe("yes_no");
});
