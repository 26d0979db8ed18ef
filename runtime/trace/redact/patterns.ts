/** The operator's own patterns: RE2 syntax, matched in linear time. */
import { RE2JS, RE2JSException } from "re2js";
import type { RedactionPattern } from "../../../contracts/config.ts";
import { AtlasError } from "../../../contracts/errors.ts";
import type { Found } from "./found.ts";

export type OwnPattern = { name: string; compiled: RE2JS };

/** Throws `config_invalid` that names the pattern and its fault. */
export function compilePatterns(patterns: readonly RedactionPattern[]): OwnPattern[] {
  return patterns.map(({ name, pattern }) => ({ name, compiled: compile(name, pattern) }));
}

function compile(name: string, pattern: string): RE2JS {
  let compiled: RE2JS;
  try {
    compiled = RE2JS.compile(pattern);
  } catch (error) {
    if (!(error instanceof RE2JSException)) throw error;
    const fault = error.message.replace(/^error parsing regexp: /, "");
    throw invalid(name, `not a pattern: ${fault}; write it in RE2 syntax, without look-around`);
  }
  if (compiled.matcher("").find()) {
    throw invalid(name, "it matches the empty text; make it require something");
  }
  return compiled;
}

function invalid(name: string, why: string): AtlasError {
  return new AtlasError("config_invalid", `redaction.patterns: "${name}": ${why}`);
}

export function findOwn(text: string, patterns: readonly OwnPattern[]): Found[] {
  const found: Found[] = [];
  for (const { name, compiled } of patterns) {
    const matcher = compiled.matcher(text);
    while (matcher.find()) {
      const [from, to] = [matcher.start(), matcher.end()];
      if (to > from) found.push({ kind: name, from, to });
    }
  }
  return found;
}
