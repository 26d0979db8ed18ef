/** One process that governs one tool in a simulated world: the runtime's own session, with all its parts, until it ends or is killed. */
import { decide } from "../runtime/policy/decide.ts";
import { type CompiledPolicy, compilePolicy } from "../runtime/policy/compile.ts";
import { parsePolicy } from "../runtime/policy/parse.ts";
import { detect } from "../runtime/prompt/detect.ts";
import { openScreen } from "../runtime/screen/screen.ts";
import type { SessionOptions, SessionParts } from "../runtime/session/parts.ts";
import { ReplyCount } from "../runtime/session/replies.ts";
import { Session } from "../runtime/session/session.ts";
import { openSqliteStore } from "../runtime/trace/sqlite.ts";
import type { Connection } from "../runtime/trace/sqlite-connection.ts";
import { AtlasError } from "../contracts/errors.ts";
import { sessionId, type SessionId } from "../contracts/ids.ts";
import type { Prompt } from "../contracts/prompt.ts";
import type { Decision } from "../contracts/decision.ts";
import type { Chance } from "./chance.ts";
import { connectFor, Killed } from "./disk.ts";
import type { Fact, Hand } from "./facts.ts";
import type { Place } from "./place.ts";
import type { SessionPlan } from "./plan.ts";
import { ProcessClock } from "./time.ts";
import { Tool } from "./tool.ts";
import { Tty } from "./tty.ts";

const policyText = `policy_version: "2"
name: simulation
autonomy_mode: full
rules:
  - id: build
    match: { prompt_type: [yes_no], option: "Yes, build it" }
    action: { type: auto_reply, value: "y" }
  - id: go-on
    match: { prompt_type: [yes_no], contains: "Continue" }
    action: { type: auto_reply, value: "y" }
  - id: keep
    match: { prompt_type: [yes_no], contains: "Overwrite" }
    action: { type: deny }
  - id: colour
    match: { prompt_type: [free_text], contains: "Colour of" }
    action: { type: auto_reply, value: "red" }
  - id: size
    match: { prompt_type: [free_text], contains: "Size of" }
    action: { type: auto_reply, value: "large" }
  - id: enter
    match: { prompt_type: [confirm_enter], contains: "press Enter" }
    action: { type: auto_reply, value: "\\n" }
defaults: { no_match: require_human, low_confidence: require_human }
`;

function compiled(): CompiledPolicy {
  const parsed = parsePolicy(policyText, "simulation.yaml");
  if (!parsed.ok) throw new Error(parsed.problems.map(({ message }) => message).join("; "));
  return compilePolicy(parsed.policy, { hash: parsed.hash, userHome: "/home/ada" });
}

const policy = compiled();

const neverEndsMs = 60_000;

/** Of one process at a time; a session needs about ten. */
const timersMax = 64;

/** How a person's keys come. */
const keyEveryMs = 90;

export class Governed {
  readonly id: SessionId;
  readonly clock: ProcessClock;
  readonly #machine: Place;
  readonly #plan: SessionPlan;
  readonly #chance: Chance;
  readonly #connections: Connection[] = [];
  #session: Session | null = null;
  #tool: Tool | null = null;
  #tty: Tty | null = null;
  /** Keys that a person has pressed and that have not been written to the terminal yet. */
  #pressed: string[] = [];
  #isTyping = false;

  constructor(machine: Place, plan: SessionPlan) {
    const { time, chance } = machine.world;
    this.#machine = machine;
    this.#plan = plan;
    this.#chance = chance.fork(() => this.clock.now());
    this.clock = new ProcessClock(time, chance.fork(), () => machine.wallOffsetMs);
    this.id = sessionId.parse(this.#chance.uuidv7());
  }

  get isAlive(): boolean {
    return this.clock.isAlive;
  }

  async start(pid: number): Promise<void> {
    const machine = this.#machine;
    try {
      const store = openSqliteStore({
        file: machine.file,
        clock: this.clock,
        random: this.#chance,
        runtimeVersion: "0.0.0",
        create: true,
        keys: machine.keys,
        connect: connectFor({
          disk: machine.disk,
          isSession: true,
          isAlive: () => this.isAlive,
          die: () => this.kill("killed"),
          opened: (connection) => this.#connections.push(connection),
          committed: () => machine.grew(),
        }),
      });
      store.recover(machine.isGone);
      const { parts, options } = machine.world.tamper(this.#parts(store), this.#options(pid));
      this.#session = await Session.start(options, parts);
      this.#live(this.#session, () => store.close());
    } catch (error) {
      // A full disk, a busy trace: then there is no session, and no tool.
      if (!(error instanceof AtlasError || error instanceof Killed)) throw error;
      if (this.isAlive) this.kill(`not started: ${error.message}`);
    }
  }

  /** At this very moment: nothing of it goes on, and its terminal closes under the tool. */
  kill(how: string): void {
    if (!this.isAlive) return;
    this.clock.isAlive = false;
    this.#machine.note(`${this.id} ${how}`);
    // Its descriptors close when its stack is gone.
    this.#machine.world.time.after(0, () => {
      for (const connection of this.#connections.splice(0)) connection.close();
    });
    this.#tell({ what: "ended", session: this.id, how: "killed" });
    this.#tty?.close();
  }

  #live(session: Session, close: () => void): void {
    const { time } = this.#machine.world;
    void session.ended.then(({ unrecorded }) => {
      if (!this.isAlive) return;
      // Its tool ended while the disk took nothing: whoever ran it is told how much was not recorded.
      if (unrecorded > 0) this.#machine.note(`${this.id} leaves ${unrecorded} entries unrecorded`);
      close();
      this.clock.isAlive = false;
      this.#tell({ what: "ended", session: this.id, how: "by itself" });
    });
    const { typesMs, resizesMs } = this.#plan;
    for (const ms of typesMs) time.after(ms, () => this.#press("zz\u007f\u007f"));
    for (const [at, ms] of resizesMs.entries()) {
      time.after(ms, () => {
        if (this.isAlive) session.resize({ cols: 80 + 7 * (at + 1), rows: 24 + at });
      });
    }
  }

  #options(pid: number): SessionOptions {
    return {
      id: this.id,
      command: { argv: ["tool"], cwd: "/work", env: {}, size: { cols: 80, rows: 24 } },
      label: null,
      tool: "tool",
      policyHash: policy.hash,
      settings: { mode: "full", headless: false },
      holder: { pid, startedAs: this.#machine.bootOf(pid) },
      answersQueries: true,
      inputEnded: () => false,
      rim: {
        show: () => undefined,
        drained: () => Promise.resolve(),
        suspend: () => Promise.resolve(),
        callPerson: (_prompt, reason) => this.#called(reason),
        warn: (line) => this.#machine.note(`${this.id} warns: ${line}`),
      },
      onEntry: () => undefined,
    };
  }

  #parts(store: SessionParts["store"]): SessionParts {
    const count = new ReplyCount(this.clock);
    const asked = new WeakMap<Decision, Prompt>();
    return {
      clock: this.clock,
      random: this.#chance,
      store,
      startPty: async (_command, listener) => this.#startTool(listener),
      openScreen,
      kernel: () => this.#tty?.kernel() ?? (() => null),
      detect,
      decide: (prompt, state) => {
        const recent = count.recent(prompt.fingerprint);
        const fixed = { tool: "tool", tag: null, environment: null, workspace: null, cwd: "/work" };
        const facts = { prompt, state, ...fixed, recent, real: new Map<string, string | null>() };
        const decision = decide({ ...facts, autoReplies: count.byRule }, policy);
        asked.set(decision, prompt);
        return decision;
      },
      readSecret: () => Promise.resolve({ had: "no", why: "none here", advice: "none here" }),
      heldBack: () => null,
      replied: (decision) => {
        const prompt = asked.get(decision);
        if (prompt !== undefined) count.add(decision.rule_id ?? "defaults", prompt.fingerprint);
      },
    };
  }

  #startTool(listener: Parameters<SessionParts["startPty"]>[1]): Tty {
    const { time } = this.#machine.world;
    const living = (call: () => void): void => {
      if (this.isAlive) call();
    };
    const tty = new Tty({
      time,
      chance: this.#chance.fork(),
      pid: 1_000 + this.#chance.below(30_000),
      listener: {
        data: (bytes) => living(() => listener.data(bytes)),
        stopped: () => living(() => listener.stopped()),
        exit: (exit) => living(() => listener.exit(exit)),
      },
      wrote: (bytes) => this.#wrote(bytes),
      hungUp: () => this.#tool?.end({ code: null, signal: "SIGHUP" }),
      resized: () => undefined,
    });
    const { name } = this.#machine;
    this.#tty = tty;
    this.#tool = new Tool({
      time,
      tty,
      acts: this.#plan.acts,
      machine: name,
      session: this.id,
      tell: (fact) => this.#machine.world.tell(fact),
      over: () => time.after(neverEndsMs, () => this.#lookForEnd()),
    });
    this.#tell({ what: "started", session: this.id });
    this.#tool.start();
    return tty;
  }

  #lookForEnd(): void {
    if (!this.isAlive) return;
    this.#tell({ what: "stuck", session: this.id });
    this.kill("killed, since it does not end");
  }

  #wrote(bytes: Uint8Array): Hand {
    const text = new TextDecoder().decode(bytes);
    const hand: Hand = this.#pressed[0] === text ? "person" : "program";
    if (hand === "person") this.#pressed.shift();
    else this.#machine.lookAtTrace();
    this.#tell({ what: "wrote", session: this.id, hand, bytes: bytes.length });
    const { pending: value } = this.clock;
    this.#tell({ what: "measured", name: "timers", value, max: timersMax });
    return hand;
  }

  /** A person comes after a while, looks, and answers what is asked then. */
  #called(why: string): void {
    this.#machine.note(`${this.id} calls: ${why}`);
    this.#machine.world.time.after(this.#plan.personMs, () => this.#answer());
  }

  #answer(): void {
    const asks = this.#tool?.asks ?? null;
    if (asks === null) return;
    if (this.#isTyping) {
      this.#machine.world.time.after(1_000, () => this.#answer());
      return;
    }
    const answers = { password: "hunter2\r", enter: "\r", dialog: "1", "risky dialog": "2" };
    const words = { colour: "blue\r", size: "small\r" };
    const known: Record<string, string> = { ...answers, ...words };
    this.#press(known[asks] ?? this.#chance.one(["y\r", "n\r"]));
  }

  #press(text: string): void {
    this.#isTyping = true;
    const { time } = this.#machine.world;
    for (const [at, key] of text.split("").entries()) {
      time.after(at * keyEveryMs, () => this.#key(key));
    }
    time.after(text.length * keyEveryMs, () => {
      this.#isTyping = false;
    });
  }

  #key(key: string): void {
    if (!this.isAlive) return;
    this.#pressed.push(key);
    this.#session?.personTyped(new TextEncoder().encode(key));
  }

  #tell(fact: Untold): void {
    // Spread over the union keeps each fact's own fields together.
    this.#machine.world.tell({ ...fact, machine: this.#machine.name } as Fact);
  }
}

type Untold = Fact extends infer One ? (One extends Fact ? Omit<One, "machine"> : never) : never;
