/** Proves that only the terminal's answer to the status query is taken out, wherever it is cut. */
import { expect, test } from "bun:test";
import * as fc from "fast-check";
import { withoutStatusReplies } from "./status-reply.ts";

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const text = (given: Uint8Array): string => new TextDecoder().decode(given);

const around = "\u001b[?62;22c";
const answers = ["\u001b]7501;?\u001b\\", "\u001b]7501;?v=1:cap=progress\u0007"];

test.each(answers)("%j is taken out from among other answers, cut anywhere", (answer) => {
  const whole = bytes(around + answer + around);
  for (let cut = 0; cut <= whole.length; cut += 1) {
    const replies = withoutStatusReplies();
    const passed =
      text(replies.report(whole.subarray(0, cut))) + text(replies.report(whole.subarray(cut)));
    expect(passed + text(replies.flush())).toBe(around + around);
  }
});

test("another answer that begins alike passes whole", () => {
  const replies = withoutStatusReplies();
  const other = "\u001b]7502;x\u0007\u001b]7501;state=idle\u0007\u001b]11;rgb:0/0/0\u001b\\";
  expect(text(replies.report(bytes(other)))).toBe(other);
});

test("what was held back comes out when no answer follows", () => {
  const replies = withoutStatusReplies();
  expect(text(replies.report(bytes("\u001b]75")))).toBe("");
  expect(text(replies.flush())).toBe("\u001b]75");
  expect(text(replies.flush())).toBe("");
});

test("anything without such an answer passes unchanged, however it is cut", () => {
  const piece = fc.constantFrom("\u001b", "]", "7", "5", "0", "1", ";", "x", "\u0007", "\\");
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 40 }), fc.nat(40), (pieces, at) => {
      const given = pieces.join("").replaceAll("\u001b]7501;?", "");
      fc.pre(!given.includes("\u001b]7501;?"));
      const replies = withoutStatusReplies();
      const passed =
        text(replies.report(bytes(given.slice(0, at)))) +
        text(replies.report(bytes(given.slice(at)))) +
        text(replies.flush());
      expect(passed).toBe(given);
    }),
  );
});
