/** One governed run of one tool: joins terminal, screen, detection, policy, pen and trace around the pure `step`. */
import type { Pty, PtyCommand, PtyExit } from "../pty/pty.ts";
import type { Decision } from "../../contracts/decision.ts";
import { promptId } from "../../contracts/ids.ts";
import { limits } from "../../contracts/limits.ts";
import type { Prompt } from "../../contracts/prompt.ts";
import type { EntryDraft } from "../../contracts/trace.ts";
import { takePen, type Pen } from "../inject/inject.ts";
import type { Detection } from "../prompt/detected.ts";
import type { LookAtKernel } from "../pty/kernel-wait.ts";
import type { Screen } from "../screen/screen.ts";
import { endDrafts, startedDraft } from "./drafts.ts";
import { EffectTimer } from "./effect-timer.ts";
import { Ending } from "./end-tool.ts";
import { Flow } from "./flow.ts";
import {
  awaitsKeys,
  bytesOf,
  conditionsOf,
  countsAsReply,
  isSteered,
  type MayType,
  mayType,
  type NotTyped,
  type TypeEffect,
  writerOf,
} from "./gate.ts";
import { HeldSecret } from "./held-secret.ts";
import { Intake } from "./intake.ts";
import { Lookout } from "./lookout.ts";
import { Observer } from "./observer.ts";
import { PersonAnswers } from "./person-answers.ts";
import { doingOf, Presence } from "./presence.ts";
import type { SessionEnd, SessionOptions, SessionParts } from "./parts.ts";
import { type Recorder, recorderFor } from "./recorder.ts";
import { remembered } from "./remembered.ts";
import { Secrets } from "./secrets.ts";
import { Suggestions } from "./suggestions.ts";
import type { Effect, SessionEvent, SessionState } from "./state.ts";
import { startRecorded } from "./start-recorded.ts";
import { initialState, step } from "./step.ts";
import { Typing } from "./typing.ts";

// End of file in the line discipline (VEOF), as Ctrl-D.
const endOfFile = new Uint8Array([4]);

export class Session {
  readonly answers: PersonAnswers;
  readonly #options: SessionOptions;
  readonly #parts: SessionParts;
  readonly #recorder: Recorder;
  readonly #screen: Screen;
  readonly #lookout: Lookout;
  readonly #intake: Intake;
  readonly #typing: Typing;
  readonly #secrets: Secrets;
  readonly #held: HeldSecret;
  readonly #observer = new Observer();
  readonly #presence: Presence;
  readonly #suggestions: Suggestions;
  readonly #ended: PromiseWithResolvers<SessionEnd> = Promise.withResolvers();
  #state: SessionState = initialState;
  #detection: Detection | null = null;
  #pty: Pty | null = null;
  #pen: Pen | null = null;
  #kernel: LookAtKernel = () => null;
  readonly #effectTimer: EffectTimer;
  readonly #ending: Ending;
  #decidedAtMs = 0;
  #decision: Decision | null = null;
  readonly #flow = new Flow(() => this.#pty);
  /** How often keys of the person have come. */
  #personKeys = 0;

  private constructor(options: SessionOptions, parts: SessionParts) {
    this.#options = options;
    this.#parts = parts;
    this.#typing = new Typing(parts.clock);
    this.#ending = new Ending(parts.clock);
    this.#secrets = new Secrets(parts.random);
    const lent = (keys: Uint8Array): void => this.#secrets.lent(keys);
    this.#held = new HeldSecret({ read: parts.readSecret, lent });
    this.#recorder = recorderFor(options, parts);
    this.#screen = parts.openScreen({
      size: options.command.size,
      reply: (bytes) => this.#pen?.write("terminal_reply", bytes),
      answersQueries: options.answersQueries,
    });
    this.#intake = new Intake({
      clock: parts.clock,
      feed: (bytes) => this.#lookout.output(bytes),
      skip: (bytes) => this.#lookout.skip(bytes),
      hold: () => this.#flow.hold("screen"),
      release: () => this.#flow.release("screen"),
    });
    this.#lookout = new Lookout({
      screen: this.#screen,
      clock: parts.clock,
      detect: remembered(parts.detect),
      evidence: (quietMs) => ({
        kernel: this.#kernel(quietMs),
        termios: this.#pty?.termios() ?? null,
        quietMs,
      }),
      newPromptId: () => promptId.parse(parts.random.uuidv7()),
      unread: () => this.#pty?.unread() ?? false,
      behind: () => this.#intake.behind || this.#flow.held,
      personTyping: () => this.#typing.unsent(this.#canonical()),
      onSight: (sight) => this.#dispatch({ type: "seen", sight }),
      onDetection: (detection) => this.#observe(detection),
    });
    this.#effectTimer = new EffectTimer({
      clock: parts.clock,
      hidden: () => this.#lookout.amidFlood,
      onTimeout: () => this.#dispatch({ type: "effect_timeout" }),
    });
    this.#state = { ...initialState, asks: options.asks ?? "unknown" };
    this.#suggestions = new Suggestions(options.rim, parts.clock);
    this.answers = new PersonAnswers({
      stage: () => this.#state.stage,
      typing: () => this.#typing.unsent(this.#canonical()),
      suggestions: this.#suggestions,
      answered: (event) => this.#answered(event),
    });
    this.#presence = new Presence({
      clock: parts.clock,
      publish: (activity) => parts.store.note(options.id, activity),
    });
  }

  /**
   * Starts the tool and its record. Throws `AtlasError` with no tool running when it cannot be started or
   * its start cannot be recorded.
   */
  static async start(options: SessionOptions, parts: SessionParts): Promise<Session> {
    const session = new Session(options, parts);
    await session.#start();
    return session;
  }

  /** Resolves when the tool has ended, its output was shown, and its end was recorded. */
  get ended(): Promise<SessionEnd> {
    return this.#ended.promise;
  }

  /** Keys of the person at the terminal, on their way to the tool; they withdraw a pending automatic reply. */
  personTyped(bytes: Uint8Array): void {
    const { submitted } = this.#typing.keys(bytes, this.#canonical());
    this.#personKeys += 1;
    const { stage } = this.#state;
    if ("pending" in stage && stage.pending.prompt.kind === "password") this.#secrets.typed(bytes);
    this.#pen?.write("terminal", bytes);
    this.#lookout.personTyped();
    this.#dispatch({ type: "person_typed", keys: bytes });
    // What a program takes key by key is answered by any of them.
    const canonical = this.#canonical();
    if (submitted) this.#lookout.keysSent(canonical);
    else if (!canonical) this.#lookout.keysSent(canonical, "any");
  }

  /** What the person's terminal says of itself (reports, mouse, focus): passed on, not counted as typing. */
  terminalReported(bytes: Uint8Array): void {
    this.#pen?.write("terminal", bytes);
  }

  /** The person's input has ended: if the tool waits for it now, it reads end-of-file. */
  inputEnded(): void {
    if (this.#state.stage.name === "asking") this.#sendEndOfFile();
  }

  /** The same value, without what was typed at secrets' prompts: for what is shown elsewhere than at the terminal. */
  withhold<T>(value: T): T {
    return this.#secrets.withholdFrom(value);
  }

  /** Something about this session that has nothing to do with a prompt. */
  record(draft: EntryDraft): void {
    this.#recorder.record([draft]);
  }

  resize(size: PtyCommand["size"]): void {
    this.#pty?.resize(size);
    this.#screen.resize(size);
    this.#lookout.resized();
  }

  signal(name: NodeJS.Signals): void {
    this.#pty?.signal(name);
  }

  /** Closes the terminal under the tool, as when a window is closed. */
  hangUp(): void {
    this.#ending.interrupt();
    this.#pty?.close();
  }

  /** The person's terminal cannot keep up, or can again. */
  outputFull(full: boolean): void {
    if (full) this.#flow.hold("terminal");
    else this.#flow.release("terminal");
  }

  async #start(): Promise<void> {
    const { command, holder } = this.#options;
    const { pty, release } = await startRecorded({
      start: this.#parts.startPty,
      command,
      listener: {
        data: (bytes) => this.#onOutput(bytes),
        stopped: () => this.#onStopped(),
        exit: (exit) => this.#onExit(exit),
      },
      record: (one) => this.#recorder.open(startedDraft(this.#options, one), holder),
    });
    this.#pen = takePen(pty, this.#parts.clock, this.#parts.onStroke ?? (() => undefined));
    this.#kernel = this.#parts.kernel(pty);
    this.#pty = pty;
    release();
    this.#lookout.wake();
  }

  #onOutput(bytes: Uint8Array): void {
    this.#options.rim.show(bytes);
    this.#intake.take(bytes);
  }

  #onStopped(): void {
    const awake = (): void => {
      this.#pty?.continueJob();
      this.#lookout.wake();
    };
    this.#options.rim.suspend().then(awake, awake);
  }

  #observe(detection: Detection): void {
    this.#detection = detection;
    const nowMs = this.#parts.clock.monotonicMs();
    for (const event of this.#observer.see(detection, nowMs)) this.#dispatch(event);
    this.#presence.tell(doingOf(this.#state.stage, detection));
  }

  /** By a person, at this moment. */
  #answered(event: SessionEvent): void {
    this.#decidedAtMs = this.#parts.clock.monotonicMs();
    this.#decision = null;
    this.#dispatch(event);
  }

  #dispatch(event: SessionEvent): void {
    const before = this.#state.stage.name;
    const { state, effects } = step(this.#state, event, this.#options.settings);
    this.#state = state;
    this.#held.settle(state.stage);
    if (before !== state.stage.name) this.#effectTimer.cancel();
    if (state.stage.name === "watching" && before !== "watching") this.#lookout.forget();
    if (before !== state.stage.name) this.#presence.tell(doingOf(state.stage, this.#detection));
    this.#suggestions.follow(state.stage);
    for (const [at, effect] of effects.entries()) this.#perform(effect, effects[at + 1]);
  }

  #perform(effect: Effect, next?: Effect): void {
    switch (effect.do) {
      case "decide":
        this.#decide(effect.prompt);
        return;
      case "record":
        this.#recorder.record(this.#secrets.withhold(effect.drafts), next?.do === "decide");
        return;
      case "record_reply": {
        const drafts = this.#secrets.withhold(effect.drafts);
        const { quietMs } = this.#lookout;
        this.#dispatch(this.#recorder.recordEffect(effect, { drafts, quietMs }));
        return;
      }
      case "fetch_secret":
        this.#held.fetch(effect, (event) => this.#dispatch(event));
        return;
      case "type":
      case "type_secret":
        if (isSteered(this.#state.stage, bytesOf(effect))) this.#type(effect, "now");
        else this.#typeNextTurn(effect, "soon");
        return;
      case "effect_timer":
        this.#effectTimer.start(effect.ms);
        return;
      case "end_tool":
        this.#ending.deny(this.#pty);
        return;
      case "tell_person":
        this.#options.rim.warn(effect.line);
        return;
      case "call_person":
        this.#options.rim.callPerson(effect.prompt, effect.reason);
        if (this.#options.inputEnded()) this.#sendEndOfFile();
        return;
    }
  }

  #decide(prompt: Prompt): void {
    const { clock } = this.#parts;
    const from = clock.monotonicMs();
    this.#decidedAtMs = from;
    const decision = this.#parts.decide(prompt, this.#presence.activity?.state ?? null);
    this.#decision = decision;
    const durationUs = Math.round((clock.monotonicMs() - from) * 1_000);
    this.#dispatch({ type: "decided", decision, durationUs });
  }

  /**
   * The last look and the keystroke are one turn of the event loop: nothing of ours can come in between. What came
   * from outside while the reply was recorded (output, the person's keys) was read in the turn before.
   */
  #type(effect: TypeEffect, asked: "now" | "again"): void {
    const verdict = this.#mayType(effect, asked);
    switch (verdict.may) {
      case "no":
        this.#notTyped(effect, verdict);
        return;
      case "next turn":
        this.#typeNextTurn(effect, "after");
        return;
      case "yes":
        if (effect.do === "type") this.#pen?.write(writerOf(effect), effect.bytes);
        else this.#held.write(this.#pen);
        if (countsAsReply(effect, this.#decision)) this.#parts.replied(this.#decision);
        this.#decision = null;
        this.#lookout.keysSent(
          this.#canonical(),
          this.#state.stage.name === "steering" ? "moving" : "answering",
        );
        this.#dispatch({ type: "typed" });
    }
  }

  #mayType(effect: TypeEffect, asked: "now" | "again"): MayType {
    const heldUpMs = this.#parts.clock.monotonicMs() - this.#decidedAtMs;
    this.#intake.drain();
    const { stage } = this.#state;
    const termios = this.#pty?.termios() ?? null;
    const within = { stage, termios, settings: this.#options.settings };
    const { steering, exposed, braked } = conditionsOf(effect, within);
    const held = braked ? this.#parts.heldBack(this.#decision) : null;
    const asks = stage.name === "confirming" ? "stillWantsEnter" : "stillAsked";
    const standing = this.#lookout[asks](effect.promptId);
    return mayType({ heldUpMs, steering, asked, held, exposed, standing });
  }

  /** `soon`: what has come by now is read first. `after`: somebody has woken, and gets a moment. */
  #typeNextTurn(effect: TypeEffect, when: "soon" | "after"): void {
    const { outputs } = this.#lookout;
    const keys = this.#personKeys;
    this.#parts.clock[when](when === "soon" ? 0 : limits.settleFirstMs, () => {
      if (!awaitsKeys(this.#state.stage, effect.promptId)) return;
      if (this.#personKeys !== keys) {
        const why = "you typed before the reply could be";
        this.#notTyped(effect, { why, outcome: "withdrawn" });
      } else this.#type(effect, this.#lookout.outputs === outputs ? "again" : "now");
    });
  }

  #notTyped(effect: TypeEffect, { why, outcome }: NotTyped): void {
    this.#dispatch({ type: "not_typed", why, outcome, bytes: bytesOf(effect) });
  }

  #canonical(): boolean {
    return this.#pty?.termios()?.canonical ?? false;
  }

  #sendEndOfFile(): void {
    if (!this.#canonical()) return;
    this.#pen?.write("end_of_input", endOfFile);
    this.#dispatch({ type: "person_typed" });
    this.#lookout.keysSent(true);
  }

  #onExit(exit: PtyExit): void {
    this.#intake.drain();
    this.#intake.close();
    this.#ending.over();
    this.#dispatch({ type: "exited" });
    this.#lookout.close();
    this.#presence.close();
    this.#recorder.end(
      endDrafts(this.#options, exit, { ...this.#state, why: this.#ending.reason }),
    );
    this.#screen.close();
    void this.#finish(exit);
  }

  async #finish(exit: PtyExit): Promise<void> {
    await this.#options.rim.drained();
    this.#ended.resolve({
      exit,
      deniedToDeath: this.#ending.reason === "denied",
      unrecorded: this.#recorder.unrecorded,
    });
  }
}
