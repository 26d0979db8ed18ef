/** Does what the console was told by a key, on the very ways that the commands take, and tells what came of it. */
import { doctorView } from "../../../contracts/doctor.ts";
import { AtlasError } from "../../../contracts/errors.ts";
import type { SessionId } from "../../../contracts/ids.ts";
import type { PromptFate, WaitingPrompt } from "../../../contracts/operator.ts";
import { pauseAll, resumeAll } from "../autopilot.ts";
import type { Cli } from "../cli.ts";
import { attached } from "./attached.ts";
import { ownJson } from "../dashboard/own-command.ts";
import { giveAnswer } from "../prompts/answer.ts";
import { findWaiting } from "../prompts/waiting.ts";
import { steerSession } from "../sessions/steer.ts";
import { Services } from "./services.ts";
import type { Sources } from "./sources.ts";
import type { ConsoleEvent, Effect, Said } from "./state.ts";

type Parts = {
  tell(event: ConsoleEvent): void;
  sources: Sources;
  /** Lends the terminal. */
  aside<T>(use: () => Promise<T>): Promise<T>;
};

type Steering = Extract<Effect, { do: "steer" }>["order"];

export class Doing {
  readonly #cli: Cli;
  readonly #parts: Parts;
  readonly #services: Services;

  constructor(cli: Cli, parts: Parts) {
    this.#cli = cli;
    this.#parts = parts;
    this.#services = new Services(cli);
  }

  /** What fails is said on the screen. */
  start(effect: Exclude<Effect, { do: "quit" }>): void {
    this.#do(effect).catch((error: unknown) => {
      const text =
        error instanceof AtlasError ? error.message : `it failed inside: ${String(error)}`;
      this.#say(text, "bad");
    });
  }

  async #do(effect: Exclude<Effect, { do: "quit" }>): Promise<void> {
    switch (effect.do) {
      case "answer":
        return await this.#answer(effect.prompt, effect.value);
      case "attach":
        return await this.#attach(effect.id);
      case "steer":
        return await this.#steer(effect.id, effect.order);
      case "service": {
        this.#say(`${effect.service}: ${effect.order} …`);
        const text = await this.#services.order(effect.service, effect.order);
        await this.#parts.sources.servicesNow();
        return this.#say(text, "good");
      }
      case "link":
        return this.#say(this.#services.link());
      case "doctor":
        return await this.#doctor();
      case "autopilot": {
        const change = effect.order === "pause" ? pauseAll : resumeAll;
        const { state } = change(this.#cli, "console");
        const text = state === "paused" ? "paused: policy types nothing" : "policy types again";
        return this.#say(`autopilot ${text}`, "good");
      }
    }
  }

  /** As it was shown: the session refuses when another one stands there by now. */
  async #answer(prompt: WaitingPrompt, value: string | null): Promise<void> {
    const { prompt_id: id, fingerprint } = prompt;
    const { tell } = this.#parts;
    const find = async () => ({ ...(await findWaiting(this.#cli, id)), fingerprint });
    try {
      const { fate } = await giveAnswer(this.#cli, find, {
        value,
        by: "console",
        told: (step) => tell({ on: "answering", id, step }),
      });
      this.#say(
        `${prompt.label ?? prompt.tool}: ${fateText(fate)}`,
        isTaken(fate) ? "good" : "bad",
      );
    } finally {
      tell({ on: "answering", id, step: null });
    }
  }

  async #attach(id: SessionId): Promise<void> {
    const { code, told } = await this.#parts.aside(async () => await attached(this.#cli, id));
    if (told !== "") return this.#say(told, code === 0 ? "plain" : "bad");
    this.#say(`the session has ended with ${code}`);
  }

  async #steer(id: SessionId, how: Steering): Promise<void> {
    const order =
      how === "resume"
        ? ({ ask: "resume" } as const)
        : how === "stop"
          ? ({ ask: "stop", force: false } as const)
          : ({ ask: "pause", freeze: how === "freeze" } as const);
    if (how === "stop") this.#say("asking it to end …");
    const { done, text } = await steerSession(this.#cli, id, order);
    this.#say(text, done ? "good" : "bad");
    await this.#parts.sources.statesNow();
  }

  async #doctor(): Promise<void> {
    const { tell } = this.#parts;
    try {
      const view = await ownJson(this.#cli, ["doctor"], doctorView);
      tell({ on: "doctor", doctor: { is: "told", view } });
    } catch (error) {
      const why = error instanceof AtlasError ? error.message : String(error);
      tell({ on: "doctor", doctor: { is: "failed", why } });
    }
  }

  #say(text: string, tone: Said["tone"] = "plain"): void {
    this.#parts.tell({ on: "said", said: { text, tone } });
  }
}

const isTaken = ({ state, outcome }: PromptFate): boolean =>
  state === "ended" && outcome === "person";

function fateText(fate: PromptFate): string {
  const { state, outcome, reason } = fate;
  if (isTaken(fate)) return "effect seen: the tool has gone on";
  const because = reason === null ? "" : `: ${reason}`;
  return state === "ended" ? `${outcome ?? "ended"}${because}` : `no effect was seen yet${because}`;
}
