/** A first policy from three answers: how much it may answer, whether by itself, and what becomes of the rest. Pure. */
import { type PresetName, presets } from "./presets.ts";

/** Three short questions, each with its answers; the first answer that is offered is what Enter takes. */
export const initQuestions = {
  scope: {
    asks: "What may policy answer for you?",
    answers: [
      ["press-enter", "only 'press Enter to continue'"],
      ["safe-work", "also reading, building and editing in the tool's folder"],
      ["nothing", "nothing: every prompt comes to you, and is recorded"],
    ],
  },
  mode: {
    asks: "And how?",
    answers: [
      ["full", "it types the answer by itself"],
      ["assist", "it suggests the answer, and you confirm with one key"],
    ],
  },
  rest: {
    asks: "What happens to a prompt that no rule answers?",
    answers: [
      ["require_human", "it comes to you"],
      ["deny", "it is denied: nobody is there to ask"],
    ],
  },
} as const;

type Answer<K extends keyof typeof initQuestions> = (typeof initQuestions)[K]["answers"][number][0];

export type InitAnswers = { scope: Answer<"scope">; mode: Answer<"mode">; rest: Answer<"rest"> };

const presetFor: Readonly<Record<InitAnswers["scope"], PresetName>> = {
  "press-enter": "minimal",
  "safe-work": "full-safe",
  nothing: "escalate-all",
};

/** The preset's text with the answers in its head. Throws where a preset has no such line. */
export function policyFrom({ scope, mode, rest }: InitAnswers): string {
  const text = presets[presetFor[scope]].replace(
    /^# AtlasBridge policy, preset .*$/m,
    `# AtlasBridge policy, made by "policy init" from the preset ${presetFor[scope]}.`,
  );
  const lines: [RegExp, string][] = [
    [/^autonomy_mode: .*$/m, `autonomy_mode: ${mode}`],
    [/^ {2}no_match: .*$/m, `  no_match: ${rest}`],
    [/^ {2}low_confidence: .*$/m, `  low_confidence: ${rest}`],
  ];
  return lines.reduce((made, [line, said]) => {
    if (!line.test(made)) throw new Error(`the preset has no line like ${said}`);
    return made.replace(line, said);
  }, text);
}
