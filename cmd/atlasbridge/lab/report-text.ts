/** A lab report for people: figures, the confusion matrix, groups, what was typed wrongly, and what was missed. */
import type { LabFalse, LabGroup, LabMiss, LabRate, LabReport } from "../../../contracts/lab.ts";
import { percent } from "../../../runtime/lab/score.ts";
import { type Layout, table } from "../layout.ts";
import { visible } from "../visible.ts";

export type ReportStyle = { unmet: readonly string[]; misses: boolean; layout: Layout };

export function reportText(report: LabReport, { unmet, misses, layout }: ReportStyle): string {
  const { cases, prompts, negatives, looks, pace, kernel_evidence: sight } = report;
  const bold = (text: string): string => layout.paint("bold", text);
  const parts = [
    `${cases} recordings, ${prompts} prompts, ${negatives} stretches without one; ${looks} looks`,
    `pace ${pace}, kernel evidence ${sight}\n`,
    figures(report, layout),
    bold("As what each kind was detected"),
    matrix(report, layout),
    bold("By what was known of waiting"),
    groups(report.by_evidence, layout),
    bold("By program, where something is missing"),
    groups(report.by_program.filter(isImperfect), layout),
    falses("Typed where nobody asked", report.false, bold),
  ];
  if (misses) parts.push(falses("A person called where nobody asked", report.called, bold));
  if (misses) parts.push(bold("Not as expected"), ...report.misses.map(missText));
  else if (report.misses.length > 0) {
    parts.push(`${report.misses.length} prompts were not as expected; --misses lists them\n`);
  }
  parts.push(unmet.length === 0 ? "gate met" : `gate MISSED: ${unmet.join("; ")}`);
  return `${parts.filter((part) => part !== "").join("\n")}\n`;
}

function figures(report: LabReport, layout: Layout): string {
  const row = (name: string, rate: LabRate): string[][] =>
    rate.of === 0 ? [] : [[name, percent(rate), `${rate.right} of ${rate.of}`]];
  return table(
    ["", "right", ""],
    [
      ...row(report.pace === "fast" ? "recall" : "recall (answered)", report.recall),
      ...row("sure enough for a rule", report.answerable),
      ...row("kind", report.kind),
      ...row("question", report.question),
      ...row("options", report.options),
      ...row("default", report.default),
      ...row("keys", report.keys),
      ...row("subject", report.subject),
      ...row("idle boxes left alone", report.idle),
      ["typed where nobody asked", String(report.false.length), ""],
      ["a person called there", String(report.called.length), ""],
    ],
    layout,
  );
}

function matrix({ confusion }: LabReport, layout: Layout): string {
  const rows = [...new Set(confusion.map(({ expected }) => expected))];
  const columns = [...new Set(confusion.map(({ detected }) => detected))].toSorted(
    (a, b) => place(rows, a) - place(rows, b) || a.localeCompare(b),
  );
  const cell = (row: string, column: string): string => {
    const found = confusion.find((one) => one.expected === row && one.detected === column);
    return found === undefined ? "·" : String(found.count);
  };
  return table(
    ["expected", ...columns],
    rows.map((row) => [row, ...columns.map((column) => cell(row, column))]),
    layout,
  );
}

/** Kinds that are expected stand in the same order as the rows, so that what is right is the diagonal. */
function place(rows: readonly string[], name: string): number {
  const at = rows.indexOf(name);
  return at === -1 ? rows.length : at;
}

function groups(list: readonly LabGroup[], layout: Layout): string {
  if (list.length === 0) return "none\n";
  const told = ({ right, of }: LabRate): string => (of === 0 ? "–" : `${right}/${of}`);
  return table(
    ["", "recall", "kind", "options", "typed wrongly"],
    list.map((one) => [
      one.name,
      told(one.recall),
      told(one.kind),
      told(one.options),
      one.false === 0 ? "·" : String(one.false),
    ]),
    layout,
  );
}

function isImperfect({ recall, kind, options, false: wrong }: LabGroup): boolean {
  return wrong > 0 || [recall, kind, options].some(({ right, of }) => right < of);
}

function falses(title: string, list: readonly LabFalse[], bold: (text: string) => string): string {
  if (list.length === 0) return "";
  const lines = list.map(
    (one) =>
      `- ${visible(one.case)} at ${one.at_ms} ms (${visible(one.why)})\n    ${visible(one.detected)}`,
  );
  return `${bold(title)}\n${lines.join("\n")}\n`;
}

function missText(miss: LabMiss): string {
  const lines = [
    `- ${miss.case}, ${miss.prompt} at ${miss.at_ms} ms: ${miss.wrong.join(", ")}`,
    `    expected ${miss.expected}`,
    `    detected ${miss.detected}`,
    `    at the cursor ${JSON.stringify(miss.row)}`,
  ];
  return lines.map(visible).join("\n");
}
