/** The service's own statements with every comparison with a tenant's id taken out of them: what then still holds, holds by row level security alone. */
import type { Pool, Transaction } from "../store/pool.ts";

/** How many statements, and parts of one, were changed. */
export const taken = { comparisons: 0, statements: new Set<string>() };

/** `… tenant_id = ` at the end of a template's piece, where the id follows as a parameter. */
const before = /(?:\b\w+\.)?tenant_id = $/;
const inText = /(?:\b\w+\.)?tenant_id = \$\d+/g;

const known = new WeakMap<TemplateStringsArray, TemplateStringsArray>();

/** `tenant_id = $1` becomes `(true OR tenant_id = $1)`, which is true: the parameter keeps its place and its type. */
function without(strings: TemplateStringsArray): TemplateStringsArray {
  const done = known.get(strings);
  if (done !== undefined) return done;
  const pieces = [...strings];
  for (let at = 0; at + 1 < pieces.length; at += 1) {
    const piece = pieces[at] ?? "";
    if (!before.test(piece)) continue;
    pieces[at] = piece.replace(before, (match) => `(true OR ${match}`);
    pieces[at + 1] = (pieces[at + 1] ?? "").replace(/^(?:::\w+)?/, (cast) => `${cast})`);
    taken.comparisons += 1;
  }
  taken.statements.add(pieces.join("?"));
  const made = Object.assign(pieces, { raw: pieces }) as TemplateStringsArray;
  known.set(strings, made);
  return made;
}

function withoutIn(text: string): string {
  return text.replaceAll(inText, (match) => {
    taken.comparisons += 1;
    return `(true OR ${match})`;
  });
}

const isTemplate = (value: unknown): value is TemplateStringsArray =>
  Array.isArray(value) && "raw" in value;

function proxied(sql: Transaction): Transaction {
  return new Proxy(sql, {
    apply(target, self, args: unknown[]) {
      const [first, ...rest] = args;
      const words = isTemplate(first) ? without(first) : first;
      return Reflect.apply(target, self, [words, ...rest]);
    },
    get(target, name) {
      if (name === "unsafe") {
        const unsafe: Transaction["unsafe"] = (text, ...rest) =>
          target.unsafe(withoutIn(text), ...rest);
        return unsafe;
      }
      const value: unknown = Reflect.get(target, name);
      return value;
    },
  });
}

export function unguarded(pool: Pool): Pool {
  return {
    get sql() {
      return pool.sql;
    },
    ask: (work) => pool.ask(work),
    withTenant: (tenantId, work) => pool.withTenant(tenantId, (sql) => work(proxied(sql))),
    load: () => pool.load(),
    end: () => pool.end(),
  };
}
