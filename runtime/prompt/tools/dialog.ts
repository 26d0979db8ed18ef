/** Recognises the open dialog of a full-screen tool: by the rules of a known tool, or by its form alone. */
import type { Reading, Scene } from "../reading.ts";
import { readingOf } from "../reading.ts";
import { lineAtRow } from "../region.ts";
import { type Block, findBlock } from "./block.ts";
import { isHintRow } from "./block-options.ts";
import { choicesOf, isApproval } from "./options.ts";
import type { DialogFacts, DialogRule, ToolRules } from "./rules.ts";
import { isPartOfMore, readSubject } from "./subject.ts";
import { tools } from "./tools.ts";

const ESCAPE = "\u001b";
const QUESTION_ROWS_MAX = 8;
const SEARCH_ROWS_MAX = 14;
const ESC_IN_LABEL = /\(esc\b/i;
/** Stands above the real heading in dialogs of every sort. */
const ANY_HEADING = /^\s*Action Required\s*$/i;
const DRAWN = /^[\s│┃]*[╭╰┌└├╌─━═▔▁]{4,}/u;

/** A dialog of a known tool. Such tools hold the terminal raw from start to exit. */
export function recogniseToolDialog(scene: Scene): Reading | null {
  if (scene.termios?.canonical === true) return null;
  const block = findBlock(scene.region.snapshot);
  if (block === null) return null;
  for (const tool of tools) {
    for (const rule of tool.dialogs) {
      const heading = headingOf(block, tool, rule);
      if (heading >= 0) return knownDialog(scene, { block, tool, rule, heading });
    }
  }
  return null;
}

/** Its row in the block; -1 where there is none. Under an edge only the first row with text can be a heading. */
function headingOf({ edge, rows }: Block, tool: ToolRules, { heading }: DialogRule): number {
  if (tool.edge === "none") {
    return edge === "box" ? -1 : rows.findLastIndex((row) => heading.test(row));
  }
  const first = rows.findIndex((row) => row.trim() !== "" && !ANY_HEADING.test(row));
  return edge === tool.edge && heading.test(rows[first] ?? "") ? first : -1;
}

/** Without an edge the dialog begins at its heading, and so may a text within it. */
function hasTwoHeadings({ rows }: Block, { edge }: ToolRules, { heading }: DialogRule): boolean {
  return edge === "none" && rows.filter((row) => heading.test(row)).length > 1;
}

type Known = { block: Block; tool: ToolRules; rule: DialogRule; heading: number };

function knownDialog(scene: Scene, { block, tool, rule, heading }: Known): Reading {
  const rows = block.rows.slice(heading);
  const { cols } = scene.region.snapshot;
  const found = rule.subject === undefined ? null : readSubject(rows, rule.subject, cols);
  const expected = rule.subject !== undefined;
  const isUnsure = found === null || found.cut || hasTwoHeadings(block, tool, rule);
  return dialogReading(scene, block, {
    question:
      rule.question === undefined ? paragraphAbove(rows) : paragraphFrom(rows, rule.question),
    top: block.top + heading,
    rule: `tool:${tool.tool}/${rule.id}`,
    strength: "strong",
    facts: {
      tool: tool.tool,
      announced: rule.announced,
      subject: found?.subject ?? null,
      cut: (expected && isUnsure) || isPartOfMore(block.hints, ""),
      unpainted: found?.unpainted === true,
      refuseKey: refuseKeyOf(block),
    },
  });
}

/** A dialog of any other tool: numbered, with one highlight, and the keys named below it or a frame around it. */
export function recogniseDialogForm(scene: Scene): Reading | null {
  if (scene.termios?.canonical !== false) return null;
  const block = findBlock(scene.region.snapshot);
  if (block === null || !hasForm(block)) return null;
  const { question, above } = questionAround(block.rows);
  if (question === "") return null;
  // Without an upper edge it may begin above the screen, and nobody knows how much of what stands above is its own.
  const firstRow = block.top === 0 ? (block.rows[0] ?? "") : "";
  const askedRow = block.firstOption - above;
  return dialogReading(scene, block, {
    question,
    top: block.edge === "none" ? askedRow : block.top,
    askedRow,
    body: bodyOf(block, above),
    rule: "dialog:form",
    strength: "plain",
    facts: {
      tool: null,
      announced: "always",
      subject: null,
      cut: isPartOfMore(block.hints, block.edge === "none" ? firstRow : ""),
      refuseKey: refuseKeyOf(block),
    },
  });
}

function hasForm({ options, hints, edge }: Block): boolean {
  const numbered = options.every((option) => option.number !== null);
  const inLabel = options.some(({ label }) => ESC_IN_LABEL.test(label));
  const named = inLabel || /\b(?:esc|enter|return)\b|[↵⏎]/i.test(hints);
  return numbered ? named || edge !== "none" : inLabel || (named && /\besc\b/i.test(hints));
}

/** What the dialog shows above its question: what is asked about may stand in any of its paragraphs. */
function bodyOf({ rows, edge }: Block, above: number): string {
  const body = rows.slice(edge === "none" ? -(above + SEARCH_ROWS_MAX) : 0, rows.length - above);
  return body
    .map((row) => row.trim())
    .filter((row) => row !== "")
    .join("\n");
}

type Parts = {
  question: string;
  top: number;
  askedRow?: number;
  body?: string;
  rule: string;
  strength: Reading["strength"];
  facts: DialogFacts;
};

function dialogReading(
  scene: Scene,
  block: Block,
  { top, askedRow, facts, ...parts }: Parts,
): Reading {
  const options = choicesOf(block.options);
  const { lines } = scene.region.snapshot;
  return readingOf(scene, isApproval(options) ? "yes_no" : "multiple_choice", {
    ...parts,
    options,
    default: options.find((option) => option.selected)?.label ?? null,
    keys: "key",
    dialog: true,
    firstLine: lineAtRow(lines, top),
    lastLine: lineAtRow(lines, block.bottom),
    ...(askedRow === undefined ? {} : { askedLine: lineAtRow(lines, askedRow) }),
    facts,
  });
}

/** ESC refuses where the dialog says so, at its foot or in an option. */
function refuseKeyOf({ hints, options }: Block): string | null {
  const said =
    /\besc(?:ape)?\b/i.test(hints) || options.some(({ label }) => ESC_IN_LABEL.test(label));
  return said ? ESCAPE : null;
}

/** The paragraph right above the options. */
function paragraphAbove(rows: readonly string[]): string {
  // What a key does may stand below the question as it may below the options.
  const end = rows.findLastIndex((row) => row.trim() !== "" && !isHintRow(row)) + 1;
  let start = end;
  while (start > 0 && end - start < QUESTION_ROWS_MAX && isText(rows[start - 1])) start -= 1;
  return rows
    .slice(start, end)
    .map((row) => row.trim())
    .join(" ");
}

/** The paragraph that begins with the last row that matches. */
function paragraphFrom(rows: readonly string[], question: RegExp): string {
  const start = rows.findLastIndex((row) => question.test(row));
  if (start < 0) return paragraphAbove(rows);
  const rest = rows.slice(start, start + QUESTION_ROWS_MAX);
  const end = rest.findIndex((row) => !isText(row));
  return rest
    .slice(0, end < 0 ? rest.length : end)
    .map((row) => row.trim())
    .join(" ");
}

/** The nearest paragraph with a question mark, else the one right above; and how many rows above the options it begins. */
function questionAround(rows: readonly string[]): { question: string; above: number } {
  const near = rows.slice(-SEARCH_ROWS_MAX);
  const at = near.findLastIndex((row) => /[?？]\s*$/u.test(row));
  const upTo = at < 0 ? near : near.slice(0, at + 1);
  const question = paragraphAbove(upTo);
  const first = upTo.findLastIndex((row) => !isText(row) && row.trim() !== question);
  return { question, above: Math.min(near.length, near.length - first - 1) };
}

function isText(row: string | undefined): boolean {
  return row !== undefined && row.trim() !== "" && !DRAWN.test(row) && !isHintRow(row);
}
