/** Reads numbered options off a screen by their rows alone, knowing nothing of dialogs: what a scenario expects. Pure. */
import type { ExpectedPrompt } from "../../runtime/lab/case.ts";

const NUMBERED = /^[│┃\s]*([❯›●>]?)\s*(\d)\.\s+(\S.*?)\s*[│┃]?\s*$/u;

type Item = { key: string; label: string; pointed: boolean };

/** The last list on the screen, from its number 1 on; a row that is indented below a long one goes on with it. */
function lastList(rows: readonly string[]): Item[] {
  const items: Item[] = [];
  let label = -1;
  for (const row of rows) {
    const [, pointer = "", key = "", text = ""] = NUMBERED.exec(row) ?? [];
    const last = items.at(-1);
    if (key === "1") items.length = 0;
    if (key !== "" && Number(key) === items.length + 1) {
      items.push({ key, label: text, pointed: pointer !== "" });
      label = row.indexOf(text);
    } else if (last !== undefined && isRest(row, label)) last.label += ` ${inside(row).trim()}`;
    else if (key === "") label = -1;
  }
  return items;
}

function isRest(row: string, label: number): boolean {
  return (
    label > 0 && inside(row).trim() !== "" && row.slice(0, label).replace(/[│┃\s]/gu, "") === ""
  );
}

function inside(row: string): string {
  return row.replace(/^\s*[│┃]/u, " ").replace(/[│┃]\s*$/u, "");
}

/** A letter in parentheses is a key of its own. */
export function numberedRows(rows: readonly string[]): NonNullable<ExpectedPrompt["options"]> {
  return lastList(rows).map(({ key, label }) => ({
    label: label.replace(/\s*\(esc\)$/, (said) => (label.startsWith("No, suggest") ? "" : said)),
    key: /\(([a-z])\)$/.exec(label)?.[1] ?? key,
  }));
}

export function pointedLabel(rows: readonly string[]): string | null {
  return lastList(rows).find(({ pointed }) => pointed)?.label ?? null;
}
