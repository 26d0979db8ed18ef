/** Takes secrets out of text before it is recorded, shown elsewhere or sent: the one pipeline for all of that. Pure. */
import type { Config } from "../../contracts/config.ts";
import { findAddresses } from "./redact/addresses.ts";
import { findBare } from "./redact/bare.ts";
import { type CutEdges, findCutOff } from "./redact/cut-off.ts";
import { findEncoded } from "./redact/encoded.ts";
import { type Found, joined, markOf, replaced, settled } from "./redact/found.ts";
import { findKeyBlocks } from "./redact/key-blocks.ts";
import { findKnown, secretValues } from "./redact/known-values.ts";
import { findSchemes } from "./redact/headers.ts";
import { markKinds, outsideMarks } from "./redact/marks.ts";
import { findNamed } from "./redact/named.ts";
import { compilePatterns, findOwn } from "./redact/patterns.ts";
import { type LoadRules, PresetRules } from "./redact/preset.ts";
import { findOfPrograms } from "./redact/programs.ts";
import { findOddShapes, findShapes } from "./redact/shapes.ts";
import { inOriginal, unwrapped } from "./redact/wrapped.ts";

export type RedactorOptions = {
  settings: Config["redaction"];
  /** The variables in force: the values of those with telling names are secrets wherever they turn up. */
  variables: Readonly<Record<string, string>>;
  /** The maintained rules, loaded when a text first needs them; null: without them. */
  loadRules: LoadRules | null;
};

/** How a text came about, where that matters. */
export type TextFacts = {
  /** Where a part of it was cut off, so that a part of a secret may be left. */
  cut?: CutEdges;
  /** The width at which it was wrapped; unless given, that of its longest line. */
  columns?: number;
};

export type Redactor = {
  /** Every secret, in order and apart. In time linear in the text's length, whatever it holds. */
  find(text: string, facts?: TextFacts): readonly Found[];
  /** The text with `[redacted:KIND]` in place of each. The same again for a text that has been through here. */
  redact(text: string, facts?: TextFacts): string;
};

/** Takes nothing out: for whoever has switched redaction off. */
const noRedaction: Redactor = { find: () => [], redact: (text) => text };

/** Throws `config_invalid` for a pattern that is none. */
export function redactorOf({ settings, variables, loadRules }: RedactorOptions): Redactor {
  const own = compilePatterns(settings.patterns);
  if (!settings.enabled) return noRedaction;
  const known = secretValues(variables);
  const preset = new PresetRules(loadRules);
  const marked = markKinds(settings.patterns.map(({ name }) => name));
  const findIn = (text: string): Found[] => {
    const sure = settled([
      ...findKnown(text, known),
      ...findOwn(text, own),
      ...findShapes(text),
      ...findOddShapes(text),
      ...findKeyBlocks(text),
      ...findAddresses(text),
      ...findNamed(text),
      ...findSchemes(text),
      ...findOfPrograms(text),
    ]);
    return joined(sure, [...findBare(text), ...preset.find(text)]);
  };
  const find = (text: string, facts: TextFacts = {}): readonly Found[] => {
    if (text.length < charsMin) return [];
    let found = findIn(text);
    const encoded = findEncoded(text, (decoded) => findIn(decoded).length > 0);
    if (encoded.length > 0) found = settled([...found, ...encoded]);
    const view = text.includes("\n") ? unwrapped(text, facts.columns ?? null) : null;
    if (view !== null) {
      const whole = inOriginal(findIn(view.text), view).filter((one) => !isSumAndWord(text, one));
      found = settled([...found, ...whole]);
    }
    const edges = facts.cut === undefined ? [] : findCutOff(text, facts.cut);
    if (edges.length > 0) found = settled([...found, ...edges]);
    return outsideMarks(found, text, marked);
  };
  return {
    find,
    redact: (text, facts) => replaced(text, find(text, facts), ({ kind }) => markOf(kind)),
  };
}

/** Shorter texts hold no secret with a name before it, and none that is known by itself. */
const charsMin = 8;

/** A hash at the end of a line and the word that begins the next one look like something random when joined. */
function isSumAndWord(text: string, { kind, from, to }: Found): boolean {
  return kind === "random" && /^[0-9a-f]{7,}\s*\n/.test(text.slice(from, to));
}
