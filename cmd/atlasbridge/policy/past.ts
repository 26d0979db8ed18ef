/** The prompts of this machine's trace, as the policy tools go through them. */
import type { SessionId } from "../../../contracts/ids.ts";
import type { PolicyMatch } from "../../../contracts/policy.ts";
import type { OptionMeaning } from "../../../contracts/prompt.ts";
import {
  historyKinds,
  type PastEvent,
  pastEvents,
  type Reading,
} from "../../../runtime/policy/history.ts";
import type { LayeredPolicy } from "../../../runtime/policy/layers.ts";
import { fingerprintOf } from "../../../runtime/prompt/fingerprint.ts";
import { grantOf, meaningOfLabel, yesNoPair } from "../../../runtime/prompt/languages.ts";
import type { Recalled } from "../../../runtime/recording/recalled.ts";
import type { TraceReader } from "../../../runtime/trace/sqlite-reader.ts";

/** What choosing an option comes to, as far as its label and those beside it tell. */
export function optionMeaningOf(label: string, all: readonly string[]): OptionMeaning | null {
  const meant = meaningOfLabel(label);
  if (meant !== null) return meant;
  const pair = yesNoPair(all);
  const lower = label.toLowerCase();
  if (lower === pair?.yes) return "yes";
  if (lower === pair?.no) return "no";
  return pair === null && label.length < 3 ? null : grantOf(label);
}

const reading: Reading = {
  fingerprint: fingerprintOf,
  meaning: ({ label }, all) => optionMeaningOf(label, all),
};

export type PastQuery = {
  sessionId?: SessionId;
  /** Called with the number of each entry that was read. */
  onEntry?: (seq: number) => void;
  /** Where the content of erased entries is looked for. */
  recalled?: Recalled;
};

/** In the order in which the prompts ended. Reads page by page: a trace of any size takes the same memory. */
export function past(
  trace: TraceReader,
  { sessionId, onEntry, recalled }: PastQuery = {},
): Iterable<PastEvent> {
  const stored = trace.entries({
    kinds: historyKinds,
    ...(sessionId === undefined ? {} : { sessionId }),
  });
  const entries = recalled === undefined ? stored : recalled.in(stored);
  return pastEvents(onEntry === undefined ? entries : watched(entries, onEntry), reading);
}

function* watched<T extends { seq: number }>(
  entries: Iterable<T>,
  onEntry: (seq: number) => void,
): Generator<T> {
  for (const entry of entries) {
    onEntry(entry.seq);
    yield entry;
  }
}

/** What the trace does not keep of any prompt, and this policy goes by. */
export function pastGaps(
  policy: LayeredPolicy,
  { subject, environment }: { subject: boolean; environment: string | null },
): string[] {
  const uses = (name: "contains" | "environment"): boolean =>
    policy.layers.some(({ compiled }) =>
      compiled.rules.some(({ rule }) => asksFor(rule.match, name)),
    );
  const gaps: [boolean, string][] = [
    [
      uses("contains"),
      "the text above a question is not recorded: rules that hold back search it too, and here they could not",
    ],
    [subject && policy.usesPaths, "paths are followed as the disk is now, not as it was then"],
    [policy.usesWorkspace, "what was said of a folder is taken as it is now"],
    [
      environment === null && uses("environment"),
      "the environment is not recorded: give --environment NAME",
    ],
  ];
  return gaps.flatMap(([holds, text]) => (holds ? [text] : []));
}

function asksFor(match: PolicyMatch, name: keyof PolicyMatch): boolean {
  const { any_of: any = [], none_of: none = [] } = match;
  return match[name] !== undefined || [...any, ...none].some((one) => asksFor(one, name));
}
