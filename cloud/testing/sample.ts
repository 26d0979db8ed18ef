/** An input that a procedure takes, made from its schema, with ids that somebody already knows. */
import * as z from "zod";
import { appRouter } from "../router.ts";

export type ProcedureKind = "query" | "mutation" | "subscription";

export type Procedure = {
  path: string;
  kind: ProcedureKind;
  /** Null: it takes none. */
  schema: JsonSchema | null;
};

export type JsonSchema = {
  type?: string | string[];
  properties?: Record<string, JsonSchema>;
  required?: string[];
  items?: JsonSchema;
  anyOf?: JsonSchema[];
  enum?: unknown[];
  const?: unknown;
  minimum?: number;
  default?: unknown;
};

type Inside = { _def: { type: ProcedureKind; inputs: z.ZodType[] } };

/** Of the router itself: what is added there is here at once. */
export function proceduresOf(): Procedure[] {
  const all = appRouter._def.procedures as unknown as Record<string, Inside>;
  return Object.entries(all).map(([path, { _def }]) => {
    const [input] = _def.inputs;
    const schema =
      input === undefined
        ? null
        : (z.toJSONSchema(input, { io: "input", unrepresentable: "any" }) as JsonSchema);
    return { path, kind: _def.type, schema };
  });
}

/** What fields of a name are given; others get the least that their schema allows. */
export type Known = Readonly<Record<string, unknown>>;

export function sampleOf(schema: JsonSchema, known: Known, name = ""): unknown {
  if (name in known) return known[name];
  if (schema.const !== undefined) return schema.const;
  if (schema.enum !== undefined) return schema.enum[0];
  if (schema.default !== undefined) return schema.default;
  if (schema.anyOf !== undefined) return sampleOf(schema.anyOf[0] ?? {}, known, name);
  const type = Array.isArray(schema.type) ? schema.type[0] : schema.type;
  switch (type) {
    case "object": {
      const wanted = Object.entries(schema.properties ?? {}).filter(
        ([field]) => schema.required?.includes(field) === true || field in known,
      );
      return Object.fromEntries(wanted.map(([field, of]) => [field, sampleOf(of, known, field)]));
    }
    case "array":
      return [];
    case "boolean":
      return false;
    case "integer":
    case "number":
      return Math.max(schema.minimum ?? 1, 1);
    case "null":
      return null;
    default:
      return "a sample";
  }
}
