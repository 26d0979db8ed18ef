/** Recognises the open dialog of a full-screen tool: by the rules of a known tool, or by its form alone. */
import type { Snapshot } from "../../screen/snapshot.ts";
import type { Reading, Scene } from "../reading.ts";
import { readingOf } from "../reading.ts";
import { lineAtRow } from "../region.ts";
import { type Block, findBlock, findPanel } from "./block.ts";
import { isHintRow } from "./block-options.ts";
import { choicesOf, isApproval } from "./options.ts";
import type { DialogFacts, DialogRule, ToolRules } from "./rules.ts";
import { isPartOfMore, readSubject } from "./subject.ts";
import { tools } from "./tools.ts";

const ESCAPE = "\u001b";
const QUESTION_ROWS_MAX = 8;
const SEARCH_ROWS_MAX = 14;
/** At the right of what can be scrolled: not all of it is shown. */
const SCROLLBAR = /\s{2}[█▀▄▐▌]\s*$/u;
const NAMES_ENTER = /\b(?:enter|return)\b|[↵⏎]/iu;
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
  return recogniseHeadless(scene, block);
}

/** The tool says that rows are hidden above, among them the heading: what it asks tells the sort. It is cut. */
function recogniseHeadless(scene: Scene, block: Block): Reading | null {
  if (block.edge !== "none" || !isPartOfMore(block.hints, "")) return null;
  const asked = paragraphAbove(block.rows);
  for (const tool of tools) {
    const rule = tool.dialogs.find(({ foot }) => foot?.test(asked) === true);
    if (rule !== undefined) return knownDialog(scene, { block, tool, rule, heading: 0 });
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
  const { question, above } = block.buttons ? titleOf(block.rows) : questionAround(block.rows);
  if (question === "") return null;
  const askedRow = block.firstOption - above;
  return dialogReading(scene, block, {
    question,
    top: block.edge === "none" ? askedRow : block.top,
    askedRow,
    // Below a title stands what is asked about, above a question.
    body: bodyOf(block, block.buttons ? 0 : above),
    rule: "dialog:form",
    strength: "plain",
    facts: {
      tool: null,
      announced: "always",
      subject: null,
      cut:
        isPartOfMore(block.hints, "") ||
        block.rows.some((row) => SCROLLBAR.test(row)) ||
        beginsUnseen(block, above, scene.region.snapshot),
      counts: NAMES_ENTER.test(block.hints),
      refuseKey: refuseKeyOf(block),
    },
  });
}

/** Something of a tool's own that waits for a key, and nobody but a person can tell which. */
export function recognisePanel(scene: Scene): Reading | null {
  const { snapshot } = scene.region;
  if (scene.termios?.canonical !== false || snapshot.cursor.visible) return null;
  const panel = findPanel(snapshot);
  if (panel === null) return null;
  const { top, bottom, texts } = panel;
  const title = texts.find(isText)?.trim() ?? "";
  return readingOf(scene, "unknown", {
    question: title,
    keys: "key",
    dialog: true,
    strength: "plain",
    rule: "dialog:panel",
    firstLine: lineAtRow(snapshot.lines, top),
    lastLine: lineAtRow(snapshot.lines, bottom),
    facts: { tool: null, announced: "never", subject: null, cut: true, refuseKey: null },
  });
}

function hasForm({ options, hints, edge, topless, buttons }: Block): boolean {
  const numbered = options.every((option) => option.number !== null);
  const inLabel = options.some(({ label }) => ESC_IN_LABEL.test(label));
  const named = inLabel || /\b(?:esc|enter|return)\b|[↵⏎]/i.test(hints);
  return numbered
    ? named || topless || edge !== "none"
    : buttons || inLabel || (named && /\besc\b/i.test(hints));
}

/**
 * Without an upper edge nobody knows how much of what stands above is the dialog's own: it may begin above the screen,
 * or above what is searched of it.
 */
function beginsUnseen({ edge, topless, top, rows }: Block, above: number, on: Snapshot): boolean {
  if (edge !== "none") return false;
  const from = rows.length - above - SEARCH_ROWS_MAX;
  const isTextAt = (at: number): boolean => (rows[at] ?? "").trim() !== "";
  if (topless || isPartOfMore("", top === 0 ? (rows[0] ?? "") : "")) return true;
  if (from > 0) return isTextAt(from) && isTextAt(from - 1);
  return top === 0 && isTextAt(0) && (on.alternate || on.scrolled === true);
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
  const isPart = isPartOfMore(block.hints, "") && facts.refuseKey !== null;
  return readingOf(scene, isApproval(options, isPart) ? "yes_no" : "multiple_choice", {
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

/** Above buttons: the question, else the title, and all that stands below it is what is asked about. */
function titleOf(rows: readonly string[]): { question: string; above: number } {
  const asked = questionAround(rows);
  if (/[?？]\s*$/u.test(asked.question)) return asked;
  const first = rows.findIndex(isText);
  const end = rows.findIndex((row, at) => at > first && !isText(row));
  const title = rows.slice(Math.max(0, first), end < 0 ? rows.length : end);
  return {
    question: title.map((row) => row.trim()).join(" "),
    above: rows.length - Math.max(0, first),
  };
}

function isText(row: string | undefined): boolean {
  return row !== undefined && row.trim() !== "" && !DRAWN.test(row) && !isHintRow(row);
}
