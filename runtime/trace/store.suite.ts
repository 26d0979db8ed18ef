/** What every trace store promises, run on each of them. */
import { expect, test } from "bun:test";
import { checkLink, contentHash, emptyHead } from "../../contracts/chain.ts";
import { AtlasError } from "../../contracts/errors.ts";
import type { EntryDraft, StoredEntry } from "../../contracts/trace.ts";
import type { Clock } from "../clock.ts";
import { limits } from "../../contracts/limits.ts";
import * as draft from "./drafts.example.ts";
import { sha256 } from "./sha256.ts";
import { AlreadyClaimed, type TraceStore } from "./store.ts";

/** Opens a store that nobody has used. */
export type OpenStore = (clock: Clock) => TraceStore;

/** A clock whose wall time a test sets; it must not matter to numbering or chaining. */
function settableClock(at = 1_700_000_000_000): Clock & { at: number } {
  return {
    at,
    now() {
      return this.at;
    },
    monotonicMs: () => 0,
    after: () => ({ cancel() {} }),
    soon: () => ({ cancel() {} }),
  };
}

/** Throws unless the entries are one unbroken chain from 1 with true content commitments. */
export function expectWholeChain(entries: Iterable<StoredEntry>): number {
  let head = emptyHead;
  let agentId: string | null = null;
  for (const { content, salt, ...entry } of entries) {
    agentId ??= entry.agent_id;
    expect(checkLink(head, entry, { sha256, agentId })).toBeNull();
    if (salt === null) expect(entry.content_hash).toBeNull();
    else
      expect(contentHash(content, Uint8Array.fromHex(salt), sha256)).toBe(entry.content_hash ?? "");
    head = { seq: entry.seq, hash: entry.hash };
  }
  return head.seq;
}

export function codeOf(act: () => unknown): string {
  try {
    act();
  } catch (error) {
    if (error instanceof AtlasError) return error.code;
    throw error;
  }
  return "nothing was thrown";
}

export function storeSuite(open: OpenStore): void {
  writing(open);
  claiming(open);
  reading(open);
  recovering(open);
}

function writing(open: OpenStore): void {
  test("a new trace begins with entry 1, trace.opened, under its own agent id", () => {
    const store = open(settableClock());
    const [first, ...rest] = [...store.entries()];
    expect(rest).toEqual([]);
    expect(first).toMatchObject({ seq: 1, kind: "trace.opened", session_id: null });
    expect(first?.agent_id).toBe(store.agentId);
    store.close();
  });

  test("entries are numbered without gaps, chained, and returned as they are stored", () => {
    const store = open(settableClock());
    const id = draft.newSession();
    const prompt = draft.newPrompt();
    const written = [
      ...store.append([draft.started()], { sessionId: id, opens: draft.someHolder }),
      ...store.append([draft.detected(prompt), draft.decided(prompt)], { sessionId: id }),
    ];
    expect(written.map((entry) => entry.seq)).toEqual([2, 3, 4]);
    expect([...store.entries({ afterSeq: 1 })]).toEqual(written);
    expect(expectWholeChain(store.entries())).toBe(4);
    expect(store.head()).toEqual({ seq: 4, hash: written.at(-1)?.hash ?? "" });
    store.close();
  });

  test("equal content gets another salt and so another commitment each time", () => {
    const store = open(settableClock());
    const prompt = draft.newPrompt();
    const drafts = [draft.detected(prompt), draft.detected(prompt)];
    const [one, two] = store.append(drafts, { sessionId: draft.newSession() });
    expect(one?.salt).toMatch(/^[0-9a-f]{32}$/);
    expect(one?.content).toEqual(two?.content);
    expect(one?.content_hash).not.toBe(two?.content_hash ?? null);
    store.close();
  });

  test("a clock that goes back is written down as it is and breaks nothing", () => {
    const clock = settableClock();
    const store = open(clock);
    store.append([draft.noted()], { sessionId: null });
    clock.at -= 86_400_000;
    const [entry] = store.append([draft.noted()], { sessionId: null });
    expect(entry?.at).toBe(clock.at);
    expect(expectWholeChain(store.entries())).toBe(3);
    store.close();
  });

  test("one bad draft among good ones: nothing is stored, and the store goes on", () => {
    const store = open(settableClock());
    const bad = { kind: "operator.acted", data: { action: 7, by: "cli" } } as unknown as EntryDraft;
    const before = store.head();
    expect(codeOf(() => store.append([draft.noted(), bad], { sessionId: null }))).toBe("internal");
    const stray = { ...draft.noted(), content: { reply: "y" } } as unknown as EntryDraft;
    expect(codeOf(() => store.append([stray], { sessionId: null }))).toBe("internal");
    expect(codeOf(() => store.append([], { sessionId: null }))).toBe("internal");
    expect(store.head()).toEqual(before);
    expect(store.append([draft.noted()], { sessionId: null })[0]?.seq).toBe(2);
    store.close();
  });

  test("an entry above the size limit is refused, one at it is not", () => {
    const store = open(settableClock());
    const room = limits.entryBytesMax - 1_000;
    expect(store.append([draft.noted("x".repeat(room))], { sessionId: null })).toHaveLength(1);
    const tooLarge = draft.noted("x".repeat(limits.entryBytesMax));
    expect(codeOf(() => store.append([tooLarge], { sessionId: null }))).toBe("internal");
    expect(store.head().seq).toBe(2);
    store.close();
  });

  test("text cut within a surrogate pair is stored with U+FFFD, not refused", () => {
    const store = open(settableClock());
    const cut = "Delete 😀".slice(0, -1);
    store.append([draft.detected(draft.newPrompt(), cut)], { sessionId: draft.newSession() });
    const [entry] = [...store.entries({ last: 1 })];
    expect(entry?.content).toMatchObject({ question: "Delete \uFFFD" });
    expect(expectWholeChain(store.entries())).toBe(2);
    store.close();
  });

  test("control characters, NUL and any script come back as they went in", () => {
    const store = open(settableClock());
    const question = '\u0000\u001b[31m\u009b \u2028 שלום 日本 é e\u0301 "\\ ';
    store.append([draft.detected(draft.newPrompt(), question)], { sessionId: draft.newSession() });
    const [entry] = [...store.entries({ last: 1 })];
    expect(entry?.content).toMatchObject({ question });
    store.close();
  });
}

function claiming(open: OpenStore): void {
  test("the right to type into a prompt is given once; the second append records nothing", () => {
    const store = open(settableClock());
    const sessionId = draft.newSession();
    const prompt = draft.newPrompt();
    store.append([draft.injected(prompt)], { sessionId, claim: prompt });
    const head = store.head();
    const again = [draft.noted(), draft.injected(prompt)];
    expect(() => store.append(again, { sessionId, claim: prompt })).toThrow(AlreadyClaimed);
    expect(store.head()).toEqual(head);
    const other = draft.newPrompt();
    expect(store.append([draft.injected(other)], { sessionId, claim: other })[0]?.seq).toBe(3);
    store.close();
  });

  test("an injection without its prompt's claim, or a claim without it, is refused", () => {
    const store = open(settableClock());
    const sessionId = draft.newSession();
    const prompt = draft.newPrompt();
    const attempts: [EntryDraft[], object][] = [
      [[draft.injected(prompt)], {}],
      [[draft.injected(prompt)], { claim: draft.newPrompt() }],
      [[draft.noted()], { claim: prompt }],
      [[draft.injected(prompt), draft.injected(draft.newPrompt())], { claim: prompt }],
    ];
    for (const [drafts, options] of attempts) {
      expect(codeOf(() => store.append(drafts, { sessionId, ...options }))).toBe("internal");
    }
    expect(store.head().seq).toBe(1);
    expect(store.append([draft.injected(prompt)], { sessionId, claim: prompt })).toHaveLength(1);
    store.close();
  });
}

function reading(open: OpenStore): void {
  test("queries by session, kind, number and count agree with filtering everything", () => {
    const store = open(settableClock());
    const ids = [0, 1, 2].map(() => draft.writeSession(store, 2));
    const all = [...store.entries()];
    expect(expectWholeChain(all)).toBe(1 + 3 * 10);
    for (const sessionId of [undefined, ...ids]) {
      for (const kinds of [
        undefined,
        ["prompt.closed"] as const,
        ["session.started", "decision.made"] as const,
      ]) {
        for (const [afterSeq, last] of [
          [undefined, undefined],
          [7, undefined],
          [undefined, 3],
          [12, 2],
          [0, 0],
          [99, 5],
        ]) {
          const expected = all
            .filter((entry) => sessionId === undefined || entry.session_id === sessionId)
            .filter((entry) => kinds === undefined || kinds.some((kind) => kind === entry.kind))
            .filter((entry) => entry.seq > (afterSeq ?? 0));
          const query = {
            ...(sessionId === undefined ? {} : { sessionId }),
            ...(kinds === undefined ? {} : { kinds }),
            ...(afterSeq === undefined ? {} : { afterSeq }),
            ...(last === undefined ? {} : { last }),
          };
          const tail = last === undefined ? expected : last === 0 ? [] : expected.slice(-last);
          expect([...store.entries(query)]).toEqual(tail);
        }
      }
    }
    store.close();
  });

  test("more entries than a page are read whole and in order, while others are appended", () => {
    const store = open(settableClock());
    for (let count = 0; count < 6; count += 1) {
      store.append(
        Array.from({ length: 100 }, () => draft.noted()),
        { sessionId: null },
      );
    }
    const seen: number[] = [];
    for (const entry of store.entries()) {
      if (entry.seq === 300) store.append([draft.noted()], { sessionId: null });
      seen.push(entry.seq);
    }
    expect(seen).toEqual(Array.from({ length: 601 }, (_, index) => index + 1));
    expect([...store.entries({ last: 400 })].map((entry) => entry.seq)[0]).toBe(203);
    store.close();
  });

  test("the same entries can be iterated twice", () => {
    const store = open(settableClock());
    const entries = store.entries();
    expect([...entries]).toHaveLength(1);
    expect([...entries]).toHaveLength(1);
    store.close();
  });
}

function recovering(open: OpenStore): void {
  test("a session is open from its start to its end", () => {
    const store = open(settableClock());
    const sessionId = draft.newSession();
    store.append([draft.started()], { sessionId, opens: draft.someHolder });
    expect(store.openSessions()).toEqual([{ sessionId, holder: draft.someHolder, activity: null }]);
    const activity = {
      state: "waiting",
      reason: "for you",
      prompt_kind: "yes_no",
      since: 1_700_000_000_000,
    } as const;
    expect(store.note(sessionId, activity)).toBe(true);
    expect(store.openSessions()[0]?.activity).toEqual(activity);
    const twice = (): unknown =>
      store.append([draft.noted()], { sessionId, opens: draft.someHolder });
    expect(codeOf(twice)).toBe("internal");
    expect(
      codeOf(() => store.append([draft.started()], { sessionId: null, opens: draft.someHolder })),
    ).toBe("internal");
    store.append([draft.ended()], { sessionId });
    expect(store.openSessions()).toEqual([]);
    expect(store.head().seq).toBe(3);
    store.close();
  });

  test("recovery closes each open prompt, ends each dead session, and does so once", () => {
    const store = open(settableClock());
    const dead = draft.newSession();
    const alive = draft.newSession();
    const [answered, asked, recorded] = [draft.newPrompt(), draft.newPrompt(), draft.newPrompt()];
    store.append([draft.started()], { sessionId: dead, opens: { pid: 1, startedAs: "dead" } });
    store.append([draft.started()], { sessionId: alive, opens: { pid: 2, startedAs: "alive" } });
    store.append([draft.detected(answered)], { sessionId: dead });
    store.append([draft.injected(answered)], { sessionId: dead, claim: answered });
    store.append([draft.closed(answered)], { sessionId: dead });
    store.append([draft.detected(asked), draft.escalated(asked), draft.detected(recorded)], {
      sessionId: dead,
    });
    store.append([draft.injected(recorded)], { sessionId: dead, claim: recorded });
    const isGone = ({ startedAs }: { startedAs: string }): boolean => startedAs === "dead";

    const written = store.recover(isGone);
    expect(written.map(({ kind, session_id }) => [kind, session_id])).toEqual([
      ["prompt.closed", dead],
      ["prompt.closed", dead],
      ["session.ended", dead],
      ["runtime.recovered", null],
    ]);
    expect(written[0]?.data).toMatchObject({ prompt_id: asked, outcome: "interrupted" });
    expect(written[1]?.data).toMatchObject({ prompt_id: recorded, outcome: "interrupted" });
    expect(written[2]?.data).toEqual({
      exit_code: null,
      signal: null,
      reason: "runtime_died",
      prompts: 3,
      answered: 1,
      escalated: 1,
    });
    expect(written[3]?.data).toEqual({ sessions: 1, prompts: 2 });
    expect(store.recover(isGone)).toEqual([]);
    expect(store.openSessions().map((row) => row.sessionId)).toEqual([alive]);
    expectWholeChain(store.entries());
    store.close();
  });

  test("with nothing to recover nothing is written", () => {
    const store = open(settableClock());
    draft.writeSession(store);
    const head = store.head();
    expect(store.recover(() => true)).toEqual([]);
    expect(store.head()).toEqual(head);
    store.close();
  });

  test("of two recoveries that saw the same dead session one writes its end", () => {
    const store = open(settableClock());
    const sessionId = draft.newSession();
    store.append([draft.started()], { sessionId, opens: draft.someHolder });
    let inner: StoredEntry[] = [];
    const outer = store.recover(() => {
      if (inner.length === 0) inner = store.recover(() => true);
      return true;
    });
    expect(inner.map((entry) => entry.kind)).toEqual(["session.ended", "runtime.recovered"]);
    expect(outer).toEqual([]);
    const ends = [...store.entries({ kinds: ["session.ended"] })];
    expect(ends).toHaveLength(1);
    store.close();
  });
}
