/** What stands above a question and belongs to it: the row or two it begins on, and the paragraph before it. */
import { contextCharsMax } from "../../contracts/prompt.ts";
import { repeatAsk } from "./repeats.ts";
import {
  asksByChoices,
  followsSecret,
  isAnswered,
  isAnsweredSecret,
  secretAsk,
  withoutAnswer,
} from "./secrets.ts";

const CONTEXT_ROWS_MAX = 12;
/** With fewer letters than these a line is only the choices of the question above it. */
const ASKED_LETTERS_MIN = 3;
const QUESTION_ROWS_ABOVE_MAX = 2;
/** Programs set their question off from what it is about by so many blank rows at most. */
const BLANK_ROWS_MAX = 2;

/**
 * Index of the first row of a question whose last row is `index`. `asked` is that row without its choices:
 * when hardly anything is left, the question stands in the rows above.
 */
export function firstRowOf(rows: readonly string[], index: number, asked: string): number {
  if (asked.replace(/[^\p{L}\d]/gu, "").length >= ASKED_LETTERS_MIN) return index;
  let first = index;
  while (first > index - QUESTION_ROWS_ABOVE_MAX) {
    const above = rows[first - 1]?.trim() ?? "";
    if (above === "" || isAnswered(above)) break;
    if (first < index && endsQuestion(above)) break;
    first -= 1;
  }
  return first;
}

/** The last row of an earlier question, whose answer left no trace: its default alone, or what asked for a secret. */
function endsQuestion(row: string): boolean {
  return /^[[(][^\])]{0,80}[\])]\s*[:?>]/u.test(row) || secretAsk(row)?.answer === "";
}

/**
 * The paragraph above the row `first`, its last part when it is long; empty when there is none. Blank rows between
 * the two are passed over: a warning set off by one is still what the question is about.
 * It ends at an earlier question with its answer, of which nothing is kept but what a secret was asked with; and at
 * one that nobody has answered, of which nothing is kept: what it asked about, this one does not. The same question,
 * asked before, is left out, and what stood above it is kept. `rows` holds the
 * row `first` as well, which tells a question that stands alone from one whose choices stand in the row above.
 */
export function contextAbove(rows: readonly string[], first: number): string {
  const kept: string[] = [];
  const last = lastRowAbove(rows, first);
  const unanswered = unansweredAbove(rows[first], last);
  for (let at = last; at >= Math.max(0, last + 1 - CONTEXT_ROWS_MAX); at -= 1) {
    const row = rows[at]?.trim() ?? "";
    const asked = unanswered(row, at);
    if (asked === "the same") continue;
    if (row === "" || asked === "another") break;
    const again = repeatAsk(row);
    if (again !== null && again.answer !== "" && followsSecret(rows, at)) {
      kept.unshift(again.asked);
      break;
    }
    if (isAnswered(row)) {
      // A statement may look so, too: what it says before the colon is still searched.
      if (isAnsweredSecret(row)) kept.unshift(withoutAnswer(row));
      break;
    }
    kept.unshift(row);
  }
  return kept.join("\n").slice(-contextCharsMax);
}

/** Which earlier question without an answer that counts a row above `firstRow` is; `last`: the nearest of them. */
function unansweredAbove(firstRow: string | undefined, last: number) {
  const question = firstRow?.trim() ?? "";
  const isWhole = asksByChoices(question);
  return (row: string, at: number): "the same" | "another" | "none" => {
    // Asked before with no answer or a wrong one: what was said of it then still holds.
    if (isWhole && row.startsWith(question)) return "the same";
    // The row right above may be the question itself, and this one its field.
    return (at < last || isWhole) && asksByChoices(row) ? "another" : "none";
  };
}

/** Index of the nearest row above `first` that is not blank, or of the last one looked at. */
function lastRowAbove(rows: readonly string[], first: number): number {
  let at = first - 1;
  while (at > first - 1 - BLANK_ROWS_MAX && (rows[at]?.trim() ?? "") === "") at -= 1;
  return at;
}
