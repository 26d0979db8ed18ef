/** `policy suggest`: rules for what you always answered the same way, printed with their evidence and never applied. */
import { existsSync } from "node:fs";
import { exitCodes } from "../../../contracts/errors.ts";
import type { PolicySuggestView } from "../../../contracts/policy-tools.ts";
import { outputFormat } from "../../../contracts/version.ts";
import { builtinHash, builtinPolicy } from "../../../runtime/policy/builtin.ts";
import { type CompiledPolicy, compilePolicy } from "../../../runtime/policy/compile.ts";
import { byItself } from "../../../runtime/policy/layers.ts";
import type { PastPrompt } from "../../../runtime/policy/history.ts";
import type { Facts } from "../../../runtime/policy/match.ts";
import {
  type LeftOut,
  type Suggested,
  suggestRules,
  type Suggestion,
} from "../../../runtime/policy/suggest.ts";
import { suggestedText, validOnes } from "../../../runtime/policy/suggested-text.ts";
import type { TraceReader } from "../../../runtime/trace/sqlite-reader.ts";
import { type Cli, print } from "../cli.ts";
import { noSessions, withTrace } from "../trace/source.ts";
import { noReplies } from "./asked-prompt.ts";
import { day, describePast, some } from "./past-text.ts";
import { replayed, viewPast } from "./replayed.ts";
import { compileForPerson } from "./validate.ts";

export type SuggestCommand = { minCount: number; minSessions: number };

/** Prints a valid policy, also where there is nothing to suggest. */
export async function suggestPolicy(
  cli: Cli,
  file: string | undefined,
  options: SuggestCommand,
): Promise<number> {
  const policy = currentPolicy(cli, file);
  if (policy === null) return exitCodes.usage;
  return await withTrace(cli, (trace) => {
    const found = trace === null ? nothing : suggestFrom(cli, trace, { policy, options });
    const suggestions = validOnes(found.suggestions);
    const text = suggestedText(suggestions, {
      head: headOf(found, suggestions),
      said: sayEvidence,
    });
    const view: PolicySuggestView = {
      format: outputFormat,
      asked: found.asked,
      suggestions: suggestions.map(({ rule, reply, evidence: { example, ...evidence } }) => {
        return { rule, reply, evidence: { ...evidence, example: viewPast(example) } };
      }),
      left_out: { ...found.leftOut },
      text,
    };
    if (trace === null) cli.note(noSessions);
    else for (const line of notesOf(found, suggestions, options)) cli.note(line);
    return print(cli, view, () => (suggestions.length === 0 ? "" : text));
  });
}

const nothing: Suggested = { asked: 0, suggestions: [], leftOut: {} };

/** The policy that decides now: what it has a rule for needs no other. Null: it is not valid. */
function currentPolicy(cli: Cli, file: string | undefined): CompiledPolicy | null {
  if (file === undefined && !existsSync(cli.paths.policyFile)) {
    const { userHome } = cli.environment;
    return compilePolicy(builtinPolicy, { hash: builtinHash(), userHome });
  }
  return compileForPerson(cli, file)?.compiled ?? null;
}

type Within = { policy: CompiledPolicy; options: SuggestCommand };

function suggestFrom(cli: Cli, trace: TraceReader, { policy, options }: Within): Suggested {
  const own = byItself(policy);
  return suggestRules(
    () => replayed(cli, trace, { judged: { file: "", policy: own, elsewhere: own, layers: [] } }),
    {
      countMin: options.minCount,
      sessionsMin: options.minSessions,
      userHome: cli.environment.userHome,
      factsOf,
    },
  );
}

const uncounted = { recent: noReplies.recent, autoReplies: new Map<string, number>() };

function factsOf({ prompt, session }: PastPrompt): Facts | null {
  const { cwd, tool, tag } = session;
  if (prompt === null || cwd === null) return null;
  const where = { cwd, tool, tag, environment: null, workspace: null, state: "waiting" } as const;
  return { prompt, ...where, ...uncounted, real: new Map() };
}

function headOf({ asked }: Suggested, suggestions: readonly Suggestion[]): string[] {
  return [
    `${some(suggestions.length, "rule")} suggested from ${some(asked, "prompt")} that came to you. Nothing was applied.`,
    "Read each, and copy what you want behind the rules that hold back in your own policy. Then:",
    "atlasbridge policy simulate, policy diff",
  ];
}

function sayEvidence({ reply, evidence }: Suggestion): string[] {
  const { count, sessions, first, last, example } = evidence;
  const dates = day(first) === day(last) ? day(first) : `${day(first)} to ${day(last)}`;
  return [
    `You answered ${replyText[reply] ?? JSON.stringify(reply)} every time: ${count} times in ${some(sessions, "session")}, ${dates}.`,
    `The last: ${describePast(viewPast(example))}`,
  ];
}

const replyText: Readonly<Record<string, string>> = { y: "yes", n: "no", "\n": "Enter" };

function notesOf(
  { asked, leftOut }: Suggested,
  suggestions: readonly Suggestion[],
  { minCount, minSessions }: SuggestCommand,
): string[] {
  const seldom = `answered less than ${minCount} times or in less than ${some(minSessions, "session")}`;
  const told = Object.entries(leftOut).map(
    ([why, count]) => `  ${count}: ${why === "seldom" ? seldom : (whyText[why] ?? why)}`,
  );
  const head =
    suggestions.length === 0
      ? `nothing to suggest from ${some(asked, "prompt")} that came to you`
      : `${some(suggestions.length, "rule")} suggested, none applied`;
  return [told.length === 0 ? head : `${head}; left out:`, ...told];
}

const whyText: Readonly<Record<string, string>> = {
  secret: "they ask for a secret, or speak of one",
  risky: "of high or critical risk",
  lasting: "you chose a lasting grant",
  unsure: "not surely or not wholly seen",
  "a rule's own": "a rule sent them to you, or decides them now",
  "answer not recorded": "what you answered is not in the trace",
  "not expressible": "no rule can say just that",
  "answered differently": "you answered now one way, now another",
} satisfies Partial<Record<LeftOut, string>>;
