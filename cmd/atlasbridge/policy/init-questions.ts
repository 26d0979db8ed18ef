/** The questions of `policy init` at a terminal, each answered by a number or by Enter. */
import { createInterface } from "node:readline/promises";
import { AtlasError } from "../../../contracts/errors.ts";
import { initQuestions, policyFrom } from "../../../runtime/policy/presets/answers.ts";

/** The person's line; null when they stopped. */
type AskLine = (question: string) => Promise<string | null>;

/** The policy's text. Throws `usage` where no answer was given. */
export async function policyByAsking(ask: AskLine): Promise<string> {
  const scope = await choose(initQuestions.scope, ask);
  const mode = scope === "nothing" ? "full" : await choose(initQuestions.mode, ask);
  const rest = await choose(initQuestions.rest, ask);
  return policyFrom({ scope, mode, rest });
}

type Question<T extends string> = {
  asks: string;
  answers: readonly (readonly [name: T, says: string])[];
};

const triesMax = 3;

async function choose<T extends string>({ asks, answers }: Question<T>, ask: AskLine): Promise<T> {
  const list = answers.map(([, says], at) => `  ${at + 1}  ${says}\n`).join("");
  for (let tries = 0; tries < triesMax; tries += 1) {
    const line = await ask(`${asks}\n${list}[1] `);
    if (line === null) break;
    const chosen = answers[line.trim() === "" ? 0 : Number(line) - 1];
    if (chosen !== undefined) return chosen[0];
  }
  const message = "nothing was written; choose one with: atlasbridge policy init --preset NAME";
  throw new AtlasError("usage", message);
}

/** Questions go to standard error, so that standard output is the result's. */
export function terminalLines(): { ask: AskLine; close(): void } {
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  const stopped = new Promise<null>((resolve) => {
    lines.once("close", () => resolve(null));
    lines.once("SIGINT", () => lines.close());
  });
  const ask: AskLine = (question) => Promise.race([lines.question(question), stopped]);
  return { ask, close: () => lines.close() };
}
