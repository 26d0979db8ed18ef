/** HTML in which every text is escaped unless it was made here. Pure. */
import { visible } from "../visible.ts";

export type Markup = { readonly markup: string };
type Part = Markup | string | number | null | readonly Part[];

const entities: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** For text and for attributes in double quotes. What could turn the direction of writing is shown as a picture. */
function escaped(text: string): string {
  const lines = text.split("\n").map(visible).join("\n");
  return lines.replace(/[&<>"']/g, (character) => entities[character] ?? "");
}

/** null and empty lists are nothing. */
export function html(strings: TemplateStringsArray, ...parts: Part[]): Markup {
  let markup = strings[0] ?? "";
  for (const [index, part] of parts.entries())
    markup += markupOf(part) + (strings[index + 1] ?? "");
  return { markup };
}

function markupOf(part: Part): string {
  if (part === null) return "";
  if (typeof part === "string") return escaped(part);
  if (typeof part === "number") return String(part);
  return "markup" in part ? part.markup : part.map(markupOf).join("");
}

/** Names and what they stand for; null leaves one out. */
export function factList(rows: readonly (readonly [string, Markup | string | null])[]): Markup {
  const items = rows.map(([name, value]) => {
    return value === null ? null : html`<dt>${name}</dt><dd>${value}</dd>`;
  });
  return html`<dl>${items}</dl>`;
}
