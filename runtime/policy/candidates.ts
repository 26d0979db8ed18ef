/** Which rules can match a prompt at all: all but a few are passed over without being looked at. */
import type { PolicyMatch } from "../../contracts/policy.ts";
import type { Prompt, PromptKind, Subject } from "../../contracts/prompt.ts";
import { type Needed, neededByLiteral, neededByPattern } from "./needed.ts";
import { type Needles, NeedleSet } from "./needles.ts";
import { foldText, type PromptText } from "./pattern.ts";

/** With fewer rules than these an index costs more than it saves. */
const rulesMin = 12;
/** Prompts differ in tool, kind, confidence and subject; a session sees few of the combinations. */
const groupsMax = 64;

/** What of a compiled rule tells for which prompts it is. */
type IndexedRule = {
  readonly tool: string | null;
  readonly kinds: ReadonlySet<PromptKind> | null;
  readonly minConfidence: number;
  readonly maxConfidence: number;
  readonly subjects: ReadonlySet<Subject["type"]> | null;
  readonly rule: { readonly match: PolicyMatch };
};

/** What of a situation tells which rules may match. */
type Asking = {
  readonly facts: { readonly prompt: Prompt; readonly tool: string };
  readonly confidence: number;
  readonly text: PromptText;
  readonly context: readonly PromptText[];
};

export type RuleIndex = {
  /**
   * The places of the rules that may match, in order; good until the next call. Those left out certainly do not match:
   * one of their conditions fails, whatever the others are.
   */
  of(asking: Asking): Uint32Array;
};

/** Null where looking at every rule is as quick. */
export function indexRules(rules: readonly IndexedRule[]): RuleIndex | null {
  if (rules.length < rulesMin) return null;
  const set = new NeedleSet();
  const wanted = rules.map(({ rule }) => numbersOf(neededBy(rule.match), set));
  const needles = set.build();
  const index: Index = { rules, wanted, postings: postingsOf(wanted, needles.found.length) };
  const groups = new Map<string, Group>();
  const room = new Uint32Array(rules.length);
  return {
    of(asking) {
      const group = groupOf(asking, { index, groups });
      // Text that is not on the screen may hold what is looked for.
      if (asking.facts.prompt.cut) return group.all;
      needles.clear();
      search(needles, asking.text);
      for (const text of asking.context) search(needles, text);
      return needles.count() === 0 ? group.always : merge(group, { index, needles, room });
    },
  };
}

function search(needles: Needles, { raw, plain, folded }: PromptText): void {
  needles.search(folded);
  // A pattern is looked for in the text as it stands as well.
  if (raw !== plain) needles.search(foldText(raw));
}

/** Of a whole match: of its own text, or else of every one of the blocks of which one must match. */
function neededBy({ contains, contains_is_regex: isPattern, any_of: any }: PolicyMatch): Needed {
  if (contains !== undefined) {
    const needed = isPattern ? neededByPattern(contains) : neededByLiteral(contains);
    if (needed !== null) return needed;
  }
  let all: Needed = null;
  for (const block of any ?? []) {
    const needed = neededBy(block);
    if (needed === null) return null;
    all = [...(all ?? []), ...needed];
  }
  return all;
}

/** Null: the rule must always be looked at. */
function numbersOf(needed: Needed, set: NeedleSet): readonly number[] | null {
  if (needed === null) return null;
  const numbers: number[] = [];
  for (const needle of needed) {
    const number = set.add(needle);
    if (number === null) return null;
    numbers.push(number);
  }
  return numbers;
}

type Index = {
  readonly rules: readonly IndexedRule[];
  /** The needles of which each rule wants one; null: none in particular. */
  readonly wanted: readonly (readonly number[] | null)[];
  /** The rules that want each needle. */
  readonly postings: readonly (readonly number[])[];
};

function postingsOf(wanted: Index["wanted"], needles: number): readonly (readonly number[])[] {
  const postings = Array.from({ length: needles }, (): number[] => []);
  for (const [rule, numbers] of wanted.entries()) {
    for (const number of numbers ?? []) postings[number]?.push(rule);
  }
  return postings;
}

/** The rules that are about such a tool, kind, confidence and subject, in their order. */
type Group = {
  readonly all: Uint32Array;
  /** Those of them that are looked at whatever the text says. */
  readonly always: Uint32Array;
  /** 1 for each rule of the group that is looked at only when a needle of it is found, else 0. */
  readonly sought: Uint8Array;
};

function groupOf(
  { facts, confidence }: Asking,
  { index, groups }: { index: Index; groups: Map<string, Group> },
): Group {
  const { kind, subject } = facts.prompt;
  const key = `${kind} ${confidence} ${subject?.type ?? ""} ${facts.tool}`;
  const known = groups.get(key);
  if (known !== undefined) return known;
  const { rules, wanted } = index;
  const fits = (rule: IndexedRule): boolean =>
    (rule.tool === null || rule.tool === facts.tool) &&
    (rule.kinds === null || rule.kinds.has(kind)) &&
    confidence >= rule.minConfidence &&
    confidence <= rule.maxConfidence &&
    fitsSubject(rule, subject);
  const all = Uint32Array.from(rules.flatMap((rule, at) => (fits(rule) ? [at] : [])));
  const sought = new Uint8Array(rules.length);
  for (const rule of all) sought[rule] = wanted[rule] === null ? 0 : 1;
  const group = { all, always: all.filter((rule) => wanted[rule] === null), sought };
  if (groups.size >= groupsMax) groups.clear();
  groups.set(key, group);
  return group;
}

function fitsSubject({ subjects }: IndexedRule, subject: Subject | null): boolean {
  return subjects === null || (subject !== null && subjects.has(subject.type));
}

/** The rules that are always looked at and those of which a needle was found. */
function merge(
  { always, sought }: Group,
  { index, needles, room }: { index: Index; needles: Needles; room: Uint32Array },
): Uint32Array {
  room.set(always);
  let count = always.length;
  for (let at = 0; at < needles.count(); at += 1) {
    for (const rule of index.postings[needles.found[at] ?? 0] ?? []) {
      if (sought[rule] !== 1) continue;
      // It may want several of the needles that were found.
      sought[rule] = 2;
      room[count] = rule;
      count += 1;
    }
  }
  for (let at = always.length; at < count; at += 1) sought[room[at] ?? 0] = 1;
  return room.subarray(0, count).sort();
}
