/** Proves a whole session with a real tool in a real terminal: what is typed, by whom, and what is written down. */
import { afterEach, describe, expect, test } from "bun:test";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Decision } from "../../contracts/decision.ts";
import { AtlasError } from "../../contracts/errors.ts";
import { sessionId } from "../../contracts/ids.ts";
import type { Prompt } from "../../contracts/prompt.ts";
import type { StoredEntry } from "../../contracts/trace.ts";
import { systemClock } from "../clock.ts";
import { readEnvironment } from "../config.ts";
import { detect } from "../prompt/detect.ts";
import { kernelLook } from "../pty/kernel.ts";
import { keepVigil } from "../pty/kernel-vigil.ts";
import { startNative } from "../pty/native.ts";
import { eventually } from "../pty/pty-run.ts";
import { systemRandom } from "../random.ts";
import { openScreen } from "../screen/screen.ts";
import { openMemoryStore } from "../trace/memory.ts";
import type { TraceStore } from "../trace/store.ts";
import { thisHolder } from "./holder.ts";
import type { ReadSecret } from "./parts.ts";
import { Session } from "./session.ts";

const policyHash = "a".repeat(64);

function decide(action: Decision["action"], value: string | null = null) {
  return (_prompt: Prompt): Decision => ({
    action,
    value,
    rule_id: "rule",
    reason: "because",
    risk: "low",
    risk_factors: [],
    policy_hash: policyHash,
  });
}

type Given = {
  script: string;
  decide: (prompt: Prompt) => Decision;
  headless?: boolean;
  heldBack?: () => string | null;
  readSecret?: ReadSecret;
  inputEnded?: boolean;
  wrap?: (store: TraceStore) => TraceStore;
};

const open: Session[] = [];
afterEach(() => {
  for (const session of open.splice(0)) session.hangUp();
});

async function start(given: Given) {
  const memory = openMemoryStore({
    clock: systemClock,
    random: systemRandom,
    runtimeVersion: "0.0.0",
  });
  const store = given.wrap?.(memory) ?? memory;
  const entries: StoredEntry[] = [];
  const decoder = new TextDecoder();
  const seen = { output: "", warnings: [] as string[] };
  const called = Promise.withResolvers<string>();
  const session = await Session.start(
    {
      id: sessionId.parse(systemRandom.uuidv7()),
      command: {
        argv: ["bash", "-c", given.script],
        cwd: "/",
        env: { ...readEnvironment().variables },
        size: { cols: 80, rows: 24 },
      },
      label: null,
      tool: "bash",
      policyHash,
      settings: { mode: "full", headless: given.headless ?? false },
      holder: thisHolder(),
      answersQueries: true,
      inputEnded: () => given.inputEnded ?? false,
      rim: {
        show: (bytes) => {
          seen.output += decoder.decode(bytes, { stream: true });
        },
        drained: () => Promise.resolve(),
        suspend: () => Promise.resolve(),
        callPerson: (_prompt, reason) => called.resolve(reason),
        warn: (line) => seen.warnings.push(line),
      },
      onEntry: (entry) => entries.push(entry),
    },
    {
      clock: systemClock,
      random: systemRandom,
      store,
      startPty: startNative,
      openScreen,
      kernel: (pty) => keepVigil({ look: kernelLook(pty), monotonicMs: systemClock.monotonicMs }),
      detect,
      decide: given.decide,
      heldBack: given.heldBack ?? (() => null),
      readSecret: given.readSecret ?? (() => Promise.reject(new Error("no secrets here"))),
      replied: () => undefined,
    },
  );
  open.push(session);
  const kinds = (): string[] => entries.map((entry) => entry.kind);
  return { session, entries, seen, kinds, called: called.promise, memory };
}

const ask = 'read -p "Continue? [y/n] " a; echo "got=$a"';
const keys = (text: string): Uint8Array => new TextEncoder().encode(text);

describe("policy", () => {
  test("answers once, recorded in the order it happened", async () => {
    const { session, seen, kinds, memory } = await start({
      script: ask,
      decide: decide("auto_reply", "y"),
    });
    expect((await session.ended).exit).toEqual({ code: 0, signal: null });
    expect(seen.output).toContain("got=y");
    expect(kinds()).toEqual([
      "session.started",
      "prompt.detected",
      "decision.made",
      "reply.injected",
      "prompt.closed",
      "session.ended",
    ]);
    expect(memory.openSessions()).toEqual([]);
  });

  test("types nothing once paused, though the reply is recorded already", async () => {
    let pulled = false;
    const { session, seen, called, entries } = await start({
      script: ask,
      decide: (prompt) => {
        const action = pulled ? "require_human" : "auto_reply";
        pulled = true;
        return decide(action, pulled ? "y" : null)(prompt);
      },
      heldBack: () => (pulled ? "automatic replies were paused" : null),
    });
    await called;
    expect(entries.find((entry) => entry.kind === "prompt.closed")).toMatchObject({
      data: { outcome: "withdrawn", typed: false },
    });
    session.personTyped(keys("maybe\r"));
    await session.ended;
    expect(seen.output).toContain("got=maybe");
  });

  test("refuses headless although paused: nobody is there to be asked", async () => {
    const heldBack = () => "automatic replies were paused";
    const given = { script: ask, decide: decide("require_human"), headless: true, heldBack };
    const { session, seen } = await start(given);
    await session.ended;
    expect(seen.output).toContain("got=n");
  });

  test("refuses by the prompt's own no", async () => {
    const { session, seen, entries } = await start({ script: ask, decide: decide("deny") });
    await session.ended;
    expect(seen.output).toContain("got=n");
    const closed = entries.find((entry) => entry.kind === "prompt.closed");
    expect(closed?.data).toMatchObject({ outcome: "denied" });
  });

  test("types nothing that could not be recorded; the person is asked, and the story is told later", async () => {
    let full = false;
    const { session, seen, called, kinds } = await start({
      script: ask,
      decide: (prompt) => {
        full = true;
        return decide("auto_reply", "y")(prompt);
      },
      wrap: (store) => ({
        agentId: store.agentId,
        append(drafts, options) {
          if (full) throw new AtlasError("trace_full", "the disk is full");
          return store.append(drafts, options);
        },
        entries: (query) => store.entries(query),
        head: () => store.head(),
        waitAtMost: () => undefined,
        openSessions: () => store.openSessions(),
        note: (id, activity) => store.note(id, activity),
        recover: (isGone) => store.recover(isGone),
        close: () => store.close(),
      }),
    });
    expect(await called).toContain("could not be recorded");
    expect(seen.output).not.toContain("got=");
    full = false;
    session.personTyped(keys("n\r"));
    expect((await session.ended).unrecorded).toBe(0);
    expect(seen.output).toContain("got=n");
    expect(kinds()).not.toContain("reply.injected");
    expect(kinds()).toContain("prompt.escalated");
  });
});

describe("a person", () => {
  test("answers what policy leaves to them, and is recorded as the one who did", async () => {
    const { session, seen, called, entries } = await start({
      script: ask,
      decide: decide("require_human"),
    });
    await called;
    session.personTyped(keys("maybe\r"));
    await session.ended;
    expect(seen.output).toContain("got=maybe");
    const closed = entries.find((entry) => entry.kind === "prompt.closed");
    expect(closed?.data).toMatchObject({ outcome: "person" });
  });

  test("who is not there (input ended) leaves end-of-file to a tool that waits for them", async () => {
    const { session, seen } = await start({
      script: 'read -p "Continue? [y/n] " a; echo "status=$?"',
      decide: decide("require_human"),
      inputEnded: true,
    });
    await session.ended;
    expect(seen.output).toContain("status=1");
  });
});

test("headless ends a tool whose prompt has no refusal, and says so", async () => {
  const { session, entries } = await start({
    script: 'read -sp "Password: " a; echo never',
    decide: decide("require_human"),
    headless: true,
  });
  expect((await session.ended).deniedToDeath).toBe(true);
  const end = entries.at(-1);
  expect(end?.kind === "session.ended" && end.data.reason).toBe("denied");
});

test("a hang-up ends the tool and closes its prompt as the session's end", async () => {
  const { session, called, entries } = await start({
    script: ask,
    decide: decide("require_human"),
  });
  await called;
  session.hangUp();
  expect((await session.ended).exit).toEqual({ code: null, signal: "SIGHUP" });
  const closed = entries.find((entry) => entry.kind === "prompt.closed");
  expect(closed?.data).toMatchObject({ outcome: "session_ended" });
});

test("a session whose start cannot be recorded leaves no tool running", async () => {
  const marker = `/tmp/atlasbridge-session-${process.pid}`;
  const broken = start({
    script: `sleep 60; touch ${marker}`,
    decide: decide("require_human"),
    wrap: (store) => ({
      ...store,
      append() {
        throw new AtlasError("trace_full", "the disk is full");
      },
    }),
  });
  const failure = await broken.then(
    () => null,
    (error: unknown) => error,
  );
  expect(failure).toMatchObject({ code: "trace_full" });
  const left = (): string[] =>
    Bun.spawnSync(["pgrep", "-f", marker])
      .stdout.toString()
      .split("\n")
      .filter((pid) => pid !== "" && Number(pid) !== process.pid);
  // Killed, it may take the kernel a moment.
  await eventually("its end", () => left().length === 0);
});

describe("a secret of the keychain", () => {
  const secret = "correct horse battery";
  const lend = (prompt: Prompt): Decision => ({
    ...decide("auto_reply")(prompt),
    ...(prompt.kind === "password" ? { secret: "work.key" } : { action: "require_human" }),
  });
  const script = 'read -s -p "Password: " a; echo; echo "${#a} ${a:0:7}"; read -p "was $a ok? " b';

  test("is typed once, whole, overwritten, and in no entry, not even where the tool repeats it", async () => {
    const lent = new TextEncoder().encode(secret);
    const { session, seen, entries, called } = await start({
      script,
      decide: lend,
      readSecret: async (entry) => {
        expect(entry).toBe("work.key");
        return { had: "yes", secret: lent };
      },
    });
    await called;
    expect(seen.output).toContain("21 correct");
    expect(lent.every((byte) => byte === 0)).toBe(true);
    expect(session.withhold({ row: `was ${secret} ok?` })).toEqual({ row: "was ••• ok?" });
    session.personTyped(keys("y\r"));
    await session.ended;
    expect(JSON.stringify(entries)).not.toContain("horse");
    const injected = entries.filter((entry) => entry.kind === "reply.injected");
    expect(injected.map(({ data }) => data)).toMatchObject([{ bytes: 0, secret: true }]);
    expect(entries.find((entry) => entry.kind === "decision.made")?.content).toEqual({
      secret: "work.key",
    });
    expect(entries.find((entry) => entry.kind === "prompt.closed")?.data).toMatchObject({
      outcome: "answered",
    });
  });

  test("that holds a line break, or cannot be had, is not typed: the person is asked and told", async () => {
    const failing: [ReadSecret, string][] = [
      [async () => ({ had: "yes", secret: keys("rm -rf x\ry") }), "cannot be typed"],
      [async () => ({ had: "no", why: "it is locked", advice: "unlock work.key" }), "locked"],
      [() => Promise.reject(new Error("broken")), "could not be asked"],
    ];
    for (const [readSecret, why] of failing) {
      const { session, seen, called, kinds } = await start({ script, decide: lend, readSecret });
      expect(await called).toContain(why);
      expect(seen.warnings.join()).toMatch(/work\.key|broken/);
      expect(kinds()).not.toContain("reply.injected");
      session.hangUp();
      await session.ended;
    }
  });

  test("that comes when the person has begun to type is not typed, and overwritten", async () => {
    const asked = Promise.withResolvers<void>();
    const had = Promise.withResolvers<{ had: "yes"; secret: Uint8Array }>();
    const lent = new TextEncoder().encode(secret);
    const { session, seen, kinds } = await start({
      script: 'read -s -p "Password: " a; echo "<$a>"',
      decide: lend,
      readSecret: (_entry, signal) => {
        asked.resolve();
        signal.addEventListener("abort", () => had.resolve({ had: "yes", secret: lent }));
        return had.promise;
      },
    });
    await asked.promise;
    session.personTyped(keys("mine"));
    await had.promise;
    session.personTyped(keys("\r"));
    await session.ended;
    expect(seen.output).toContain("<mine>");
    expect(kinds()).not.toContain("reply.injected");
    expect(lent.every((byte) => byte === 0)).toBe(true);
  });

  test("is not typed where echo came back while it was fetched", async () => {
    const folder = mkdtempSync(join(tmpdir(), "atlasbridge-session-"));
    const [flag, done] = [join(folder, "flag"), join(folder, "done")];
    const lent = keys("hunter2");
    const { session, seen, entries, called } = await start({
      script: `stty -echo; printf 'Password: '
        (until [ -e ${flag} ]; do sleep 0.01; done; stty echo </dev/tty; : > ${done}) & read a; echo "<$a>"`,
      decide: (prompt) =>
        prompt.evidence.includes("termios:hidden") ? lend(prompt) : decide("require_human")(prompt),
      readSecret: async () => {
        writeFileSync(flag, "");
        while (!existsSync(done)) await Bun.sleep(5);
        return { had: "yes", secret: lent };
      },
    });
    expect(await called).toBe("because");
    expect(entries.find((entry) => entry.kind === "prompt.closed")?.data).toMatchObject({
      outcome: "withdrawn",
      typed: false,
      reason: "the secret would have been shown as it was typed",
    });
    session.personTyped(keys("mine\r"));
    await session.ended;
    expect(seen.output).toContain("<mine>");
    expect(lent.every((byte) => byte === 0)).toBe(true);
    rmSync(folder, { recursive: true });
  });
});
