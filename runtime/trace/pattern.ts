/** A regular expression for the canonical JSON (RFC 8785) of a schema's values: for telling the usual ones at a glance. */
import type * as z from "zod";

/** RFC 8785 §3.2.2.2: what has a short escape is spelled by it, other controls by one that is seldom met. */
const plain = '[^"\\\\\\u0000-\\u001f]*';
const anyText = `"${plain}(?:\\\\["\\\\bfnrt]${plain})*"`;
const uuid7 = '"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"';
const whole = "(?:0|[1-9][0-9]{0,14})";
/** So few digits that there is no shorter way to write the number, nor one with an exponent. */
const fraction = "(?:\\.[0-9]{0,2}[1-9])?";

/**
 * Matches, in text that is well-formed Unicode, only what is a value of the schema in canonical spelling; not all of
 * them. Null for a schema that it cannot tell values of.
 */
export function patternOf(schema: z.core.$ZodType): string | null {
  // Every schema is one of these; only the union's type lets its definition be told apart.
  const { def } = (schema as z.core.$ZodTypes)._zod;
  switch (def.type) {
    case "string":
      return ofString(def);
    case "number":
      return ofNumber(def);
    case "boolean":
      return isPlain(def) ? "(?:true|false)" : null;
    case "literal":
      return anyOf(def.values);
    case "enum":
      return anyOf(Object.values(def.entries));
    case "nullable":
      return within(patternOf(def.innerType), (inner) => `(?:null|${inner})`);
    case "array":
      return isPlain(def)
        ? within(patternOf(def.element), (one) => `\\[(?:${one}(?:,${one})*)?\\]`)
        : null;
    case "object":
      return ofObject(def);
    default:
      return null;
  }
}

function within(pattern: string | null, put: (pattern: string) => string): string | null {
  return pattern === null ? null : put(pattern);
}

type Checked = { checks?: readonly z.core.$ZodCheck<never>[] | undefined };

function isPlain({ checks = [] }: Checked): boolean {
  return checks.length === 0;
}

/** Patterns of strings that need no escape, by how they are written. */
const ofPattern: ReadonlyMap<string, string> = new Map(
  [uuid7, '"[0-9a-f]{64}"'].map((text) => [`/^${text.slice(1, -1)}$/`, text]),
);

function ofString({ checks = [], ...def }: z.core.$ZodStringDef & { format?: string }) {
  // One that the library knows by a name of its own has no pattern here.
  if (def.format !== undefined) return null;
  const [check, ...more] = checks;
  if (check === undefined) return anyText;
  const { def: one } = check._zod;
  const pattern = "pattern" in one && one.pattern instanceof RegExp ? String(one.pattern) : "";
  return more.length === 0 ? (ofPattern.get(pattern) ?? null) : null;
}

function ofNumber(def: z.core.$ZodNumberDef & { format?: string }): string | null {
  const [check, ...more] = def.checks ?? [];
  const isInteger = def.format === "safeint";
  if (check === undefined) return isInteger ? `(?:0|-?[1-9][0-9]{0,14})` : null;
  const { def: one } = check._zod;
  const isFromZero =
    one.check === "greater_than" && "value" in one && one.value === 0 && "inclusive" in one;
  if (!isFromZero || one.inclusive !== true || more.length > 0) return null;
  return isInteger ? whole : `(?:0|[1-9][0-9]{0,8})${fraction}`;
}

function ofObject(def: z.core.$ZodObjectDef): string | null {
  const isStrict = def.catchall?._zod.def.type === "never";
  if (!isStrict || !isPlain(def)) return null;
  const names = Object.keys(def.shape).toSorted();
  let before = "";
  let text = "";
  for (const name of names) {
    const field = fieldOf(def.shape[name]);
    if (field === null) return null;
    const pair = `${quoted(JSON.stringify(name))}:${field.pattern}`;
    // What stands before the first name that is always there brings the comma behind it.
    if (field.optional) text += before === "" ? `(?:${pair},)?` : `(?:,${pair})?`;
    else text += `${before}${pair}`;
    if (!field.optional) before = ",";
  }
  return before === "" ? null : `\\{${text}\\}`;
}

function fieldOf(
  schema: z.core.$ZodType | undefined,
): { pattern: string; optional: boolean } | null {
  if (schema === undefined) return null;
  const { def } = (schema as z.core.$ZodTypes)._zod;
  const optional = def.type === "optional";
  const pattern = patternOf(optional ? def.innerType : schema);
  return pattern === null ? null : { pattern, optional };
}

function anyOf(values: readonly unknown[]): string | null {
  const isSimple = (value: unknown): boolean =>
    typeof value === "string" || typeof value === "boolean";
  if (!values.every(isSimple)) return null;
  return `(?:${values.map((value) => quoted(JSON.stringify(value))).join("|")})`;
}

function quoted(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|/-]/g, "\\$&");
}
