/** Words of a question that speak of loss, force or secrets. */
import { neededByPattern } from "./needed.ts";
import { NeedleSet } from "./needles.ts";

export type TextFactor = { name: string; weight: number; pattern: RegExp };

/** Each pattern is linear: no repetition stands within another or beside one that overlaps it. */
export const textFactors: readonly TextFactor[] = [
  {
    name: "text:wipes-a-disk",
    weight: 8,
    pattern:
      /\bmkfs|\bof=\/dev\/|\bwipefs\b|\bformat (?:the |this )?(?:disk|drive|partition|volume)/,
  },
  {
    name: "text:removes-recursively",
    weight: 4,
    pattern:
      /\brm -[a-z]*(?:r[a-z]*f|f[a-z]*r)|\brm (?:-r|-f|--recursive|--force)\b|\brmdir \/s|remove-item\b/,
  },
  {
    name: "text:root-or-home",
    weight: 4,
    pattern: /\brm (?:-[a-z-]+ )+(?:\/|~|\$home)(?:\*| |\/ |\/\*|$)/m,
  },
  {
    name: "text:drops-data",
    weight: 4,
    pattern: /\bdrop (?:table|database|schema|index|column)\b|\btruncate\b|\bdelete from\b/,
  },
  {
    name: "text:destroys",
    weight: 3,
    pattern:
      /\b(?:delet|destroy|wip|eras|purg|remov|overwrit|discard|uninstall|reset --hard|shred)/,
  },
  {
    name: "text:forces",
    weight: 3,
    pattern: /--force\b|\bforce.push|\bpush (?:-f\b|.{0,100}--force)|--hard\b|--no-verify\b/,
  },
  {
    name: "text:irreversible",
    weight: 3,
    pattern: /cannot be undone|can't be undone|irreversibl|permanent|no way back/,
  },
  { name: "text:production", weight: 3, pattern: /\bprod(?:uction)?\b|\blive (?:site|system)/ },
  { name: "text:elevates", weight: 2, pattern: /\bsudo\b|\bdoas\b|\bas root\b|administrator/ },
  {
    name: "text:runs-download",
    weight: 5,
    pattern: /\b(?:curl|wget)\b[^|\n]{0,500}\|\s?(?:sudo )?\w*sh\b/,
  },
  {
    name: "text:secrets",
    weight: 2,
    pattern: /\bsecret|\btoken\b|api.?key|\bcredential|passphrase|password|\.env\b|id_rsa/,
  },
];

/** Each with the needles of which one stands in every text that it matches; null: it must always be tried. */
type Sought = { readonly factor: TextFactor; readonly needles: readonly number[] | null };

const set = new NeedleSet();
const sought: readonly Sought[] = textFactors.map((factor) => {
  const needed = neededByPattern(factor.pattern.source);
  const numbers = needed?.map((needle) => set.add(needle)) ?? [null];
  const needles = numbers.filter((number) => number !== null);
  return { factor, needles: needles.length < numbers.length ? null : needles };
});
const needles = set.build();

/** Those that hold for a text in small letters. Most texts hold not a word of any. */
export function factorsOfText(text: string): TextFactor[] {
  needles.clear();
  needles.search(text);
  const factors: TextFactor[] = [];
  for (const { factor, needles: wanted } of sought) {
    const isPossible = wanted === null || (needles.count() > 0 && wanted.some(needles.has));
    if (isPossible && factor.pattern.test(text)) factors.push(factor);
  }
  return factors;
}
