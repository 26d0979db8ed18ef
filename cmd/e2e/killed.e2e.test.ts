/** The runtime is killed at random moments: the trace stays whole, nothing is typed twice, the tool is hung up. */
import { expect, setDefaultTimeout, test } from "bun:test";
import { openSqliteReader } from "../../runtime/trace/sqlite-reader.ts";
import type { StoredEntry } from "../../contracts/trace.ts";
import { join } from "node:path";
import { answersContinue, governed } from "./policies.ts";
import { piped } from "./start.ts";
import { until } from "./until.ts";
import { World } from "./world.ts";

setDefaultTimeout(30_000);

/** How many times; each takes about a quarter of a second. */
const kills = Number(Bun.env["ATLASBRIDGE_E2E_KILLS"] ?? 30);
/** The same seed kills at the same moments, as far as the machine's own pace allows. */
const seed = Number(Bun.env["ATLASBRIDGE_E2E_SEED"] ?? 20_260_101);

/** Mulberry32: small and good enough for choosing moments. */
function randomFrom(start: number): () => number {
  let state = start;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/**
 * Asks for ever, logs each line that it reads and how it ended. Paths come in the first argument. In perl: bash now and
 * then loses a trapped signal that comes just after its input has ended, without us as well.
 */
const tool = `
  my $run = shift;
  my $log = sub { open my $to, ">>", "$run.$_[0]"; print $to "$_[1]\\n"; close $to };
  $SIG{HUP} = sub { $log->("end", "hup"); exit 1 };
  $| = 1;
  $log->("up", $$);
  for (my $n = 1; ; $n++) {
    print "Continue $n? [y/n] ";
    my $answer = <STDIN>;
    last unless defined $answer;
    chomp $answer;
    $log->("read", "$n=$answer");
  }
  # Input ends a moment before the signal comes.
  select undef, undef, undef, 0.02 while -e "$run.up";`;

function entriesOf(world: World): StoredEntry[] {
  const reader = openSqliteReader(join(world.home, "trace.db"));
  const entries = [...reader.entries()];
  reader.close();
  return entries;
}

/** What each started session typed, in the order in which they started. */
function injectionsBySession(entries: readonly StoredEntry[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const entry of entries) {
    const id = entry.session_id;
    if (id === null) continue;
    const before = counts.get(id) ?? 0;
    counts.set(id, before + typedBy(entry));
  }
  return counts;
}

/** On a busy machine the last look before the keystroke may forbid it: then its prompt's end says so. */
function typedBy(entry: StoredEntry): number {
  if (entry.kind === "reply.injected") return 1;
  return entry.kind === "prompt.closed" && entry.data.typed === false ? -1 : 0;
}

function startAsking(world: World, run: string) {
  const argv = ["perl", "-e", tool, world.path(run)];
  return Bun.spawn([world.binary, ...governed(world, answersContinue, argv)], {
    env: world.env(),
    stdin: "ignore",
    stdout: "ignore",
    stderr: "ignore",
  });
}

/** How long a run takes here and now to its first answer: the moments are spread over what happens after it, too. */
async function msToFirstAnswer(world: World): Promise<number> {
  const from = performance.now();
  const child = startAsking(world, "pace");
  await until("a first answer", () => world.read("pace.read") !== "");
  const ms = performance.now() - from;
  child.kill("SIGKILL");
  await child.exited;
  await until("the tool is gone", () => world.read("pace.end") !== "");
  return ms;
}

async function runAndKill(world: World, run: string, afterMs: number): Promise<void> {
  const child = startAsking(world, run);
  await Bun.sleep(afterMs);
  child.kill("SIGKILL");
  await child.exited;
}

/** What the kernel says of a tool that should have been hung up: was the signal sent, is it pending or lost? */
function stateOf(world: World, run: string): string {
  const pid = world.read(`${run}.up`).trim();
  const { stdout } = Bun.spawnSync(["grep", "-E", "State|^Sig|ShdPnd", `/proc/${pid}/status`]);
  const answers = world.lines(`${run}.read`).length;
  return `pid ${pid}, ${answers} answers, ${stdout.toString() || "gone\n"}`;
}

function expectNothingTwice(lines: readonly string[], injected: number): void {
  // Each question read one line, the right one: a reply that came twice would answer the next question unrecorded.
  expect(lines).toEqual(lines.map((_, index) => `${index + 1}=y`));
  expect(lines.length).toBeLessThanOrEqual(injected);
  // The last one may have been recorded without its keystroke.
  expect(injected - lines.length).toBeLessThanOrEqual(1);
}

test(
  `${kills} kills at random moments (seed ${seed}) leave a whole and truthful trace`,
  async () => {
    await using world = new World();
    const random = randomFrom(seed);
    const killAfterMsMax = 5 * (await msToFirstAnswer(world));
    let answered = 0;
    let sessions = 0;
    for (let i = 0; i < kills; i += 1) {
      const run = `run${i}`;
      await runAndKill(world, run, random() * killAfterMsMax);
      if (world.read(`${run}.up`) !== "") {
        const end = `the tool of ${run} is told that its terminal is gone`;
        await until(end, () => /^hup$/m.test(world.read(`${run}.end`)), {
          seen: () => stateOf(world, run),
        });
      }
      answered += world.lines(`${run}.read`).length;
    }
    const last = await piped(world, governed(world, answersContinue, ["true"]));
    expect(last).toEqual({ code: 0, stdout: "", stderr: "" });
    expect((await piped(world, ["trace", "verify"])).code).toBe(0);

    const entries = entriesOf(world);
    const injections = injectionsBySession(entries);
    const argvOf = (entry: StoredEntry) =>
      entry.kind === "session.started" ? JSON.stringify(entry.content) : "";
    for (let i = 0; i < kills; i += 1) {
      const lines = world.lines(`run${i}.read`);
      const started = entries.find((entry) => argvOf(entry).includes(`${world.path(`run${i}`)}"`));
      const id = started?.session_id ?? null;
      if (id === null) expect(lines).toEqual([]);
      else {
        sessions += 1;
        expectNothingTwice(lines, injections.get(id) ?? 0);
      }
    }
    expect(ofKind(entries, "session.started")).toBe(ofKind(entries, "session.ended"));
    expect(ofKind(entries, "prompt.detected")).toBe(ofKind(entries, "prompt.closed"));
    const recovered = entries.filter((entry) => entry.kind === "runtime.recovered");
    expect(recovered.reduce((sum, entry) => sum + entry.data.sessions, 0)).toBe(sessions + 1);
    const interrupted = entries.filter(
      (entry) => entry.kind === "prompt.closed" && entry.data.outcome === "interrupted",
    );
    expect(recovered.reduce((sum, entry) => sum + entry.data.prompts, 0)).toBe(interrupted.length);
    // The moments were worth something: most runs got as far as to answer.
    expect(sessions).toBeGreaterThan(kills / 2);
    expect(answered).toBeGreaterThan(kills);
  },
  20_000 + kills * 2_000,
);

function ofKind(entries: readonly StoredEntry[], kind: StoredEntry["kind"]): number {
  return entries.filter((entry) => entry.kind === kind).length;
}

test("a kill while the person is asked is told as it was: interrupted, and answered by nobody", async () => {
  await using world = new World();
  const asking = `
    $SIG{HUP} = sub { open my $to, ">", "hung"; print $to "hup\\n"; close $to; exit 1 };
    $| = 1;
    print "Delete it? [y/n] ";
    my $answer = <STDIN>;
    if (defined $answer) { open my $to, ">>", "read"; print $to $answer; close $to }
    select undef, undef, undef, 0.02 until -e "hung";`;
  const argv = ["perl", "-e", asking];
  const child = Bun.spawn([world.binary, ...governed(world, answersContinue, argv)], {
    cwd: world.folder,
    env: world.env(),
    stdio: ["pipe", "ignore", "ignore"],
  });
  world.atEnd(() => child.kill("SIGKILL"));
  await world.recorded("prompt.escalated");
  child.kill("SIGKILL");
  await until("the tool is hung up", () => world.read("hung") !== "");
  await piped(world, governed(world, answersContinue, ["true"]));
  expect(world.of("runtime.recovered")[0]?.data).toEqual({ sessions: 1, prompts: 1 });
  expect(world.of("prompt.closed")[0]?.data.outcome).toBe("interrupted");
  expect(world.of("session.ended")[0]?.data.reason).toBe("runtime_died");
  expect(world.lines("read").filter((line) => line !== "")).toEqual([]);
});
