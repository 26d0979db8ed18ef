/** A trace that cannot be sent stays within its budget: content goes, oldest first, every hash stays, and it is told. */
import { expect, test } from "bun:test";
import * as draft from "./drafts.example.ts";
import { OutgoingTrace } from "./outgoing.example.ts";
import { makeRoom, usedBytes } from "./room.ts";
import { archiveFolder } from "./sqlite-reader.ts";

/** So many questions of four thousand characters each. */
function filled(questions: number): OutgoingTrace {
  const trace = new OutgoingTrace(0);
  const sessionId = draft.newSession();
  trace.store.append([draft.started()], { sessionId, opens: draft.someHolder });
  const drafts = Array.from({ length: questions }, () => {
    const id = draft.newPrompt();
    return [draft.detected(id, "x".repeat(4_000)), draft.closed(id, "person")];
  });
  trace.store.append(drafts.flat(), { sessionId });
  trace.store.append([draft.ended()], { sessionId });
  return trace;
}

const roomIn = (trace: OutgoingTrace, budgetBytes: number, sentTo: number | null = 0) => {
  return makeRoom(trace.store, { budgetBytes, sentTo, archives: archiveFolder(trace.file) });
};

const withContent = (trace: OutgoingTrace): number[] =>
  [...trace.outgoing.after(0)].flatMap(({ seq, content }) => (content === null ? [] : [seq]));

test("within its budget nothing is erased", () => {
  const trace = filled(50);
  expect(roomIn(trace, 10_000_000)).toEqual({ erased: 0, isEnough: true });
  expect(trace.kinds()).not.toContain("content.erased");
});

test("beyond it the oldest content goes, and the newest stays, until it fits with some to spare", () => {
  const trace = filled(300);
  const before = trace.hashes;
  const budget = Math.round(usedBytes(trace.store) * 0.6);
  const { erased, isEnough } = roomIn(trace, budget);
  expect({ isEnough, used: usedBytes(trace.store) <= budget }).toEqual({
    isEnough: true,
    used: true,
  });
  const left = withContent(trace);
  expect(left.length).toBeGreaterThan(50);
  expect(left[0]).toBeGreaterThan(erased);
  expect(trace.hashes.slice(0, before.length)).toEqual(before);
  expect(trace.report()).toMatchObject({ ok: true, content_erased: erased });
  expect(roomIn(trace, budget)).toEqual({ erased: 0, isEnough: true });
});

test("of what was not sent yet and was to be, an entry says that it never will", () => {
  const trace = filled(300);
  trace.outgoing.acknowledge({ seq: 100, at: 0, cosigned: null, keyExpiresAt: null });
  roomIn(trace, Math.round(usedBytes(trace.store) * 0.6), 100);
  const dropped = [...trace.store.entries({ kinds: ["upload.dropped"] })];
  expect(dropped.length).toBeGreaterThan(0);
  expect(dropped[0]?.data).toMatchObject({ from_seq: 101 });
  const silent = filled(300);
  roomIn(silent, Math.round(usedBytes(silent.store) * 0.6), null);
  expect(silent.kinds()).not.toContain("upload.dropped");
  expect(silent.kinds()).toContain("content.erased");
});

test("what is not content stays, and it is told that this is not enough", () => {
  const trace = filled(300);
  const before = trace.hashes;
  expect(roomIn(trace, 20_000)).toMatchObject({ isEnough: false });
  expect(withContent(trace)).toEqual([]);
  expect(trace.hashes.slice(0, before.length)).toEqual(before);
  expect(trace.report()).toMatchObject({ ok: true });
});
