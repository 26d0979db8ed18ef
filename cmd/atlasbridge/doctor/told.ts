/** Findings as a person reads them: by what they are about, wrapped to their terminal, what is not well last of all once more. */
import type { Finding, FindingGroup } from "../../../contracts/doctor.ts";
import type { Layout } from "../layout.ts";
import { visible } from "../visible.ts";

const titles: Readonly<Record<FindingGroup, string>> = {
  program: "This program",
  terminal: "Terminals",
  files: "Files, log and clock",
  policy: "What decides",
  tools: "AI tools",
  calls: "How you are called",
  cloud: "Background and cloud",
  canary: "Canary: one prompt through the whole path",
};

/** The word says it, the colour only helps. */
const marks = {
  ok: { word: "ok     ", style: "green" },
  warning: { word: "warning", style: "yellow" },
  failed: { word: "FAILED ", style: "red" },
} as const;

const indent = " ".repeat(9);

export function toldFindings(findings: readonly Finding[], layout: Layout): string {
  const groups = [...new Set(findings.map(({ group }) => group))];
  const parts = groups.map((group) => {
    const title = `${layout.paint("bold", titles[group])}\n`;
    const own = findings.filter((one) => one.group === group);
    return title + own.map((one) => toldFinding(one, layout)).join("");
  });
  return `${parts.join("\n")}\n${summary(findings, sign(layout))}`;
}

function toldFinding({ name, status, detail, fix }: Finding, layout: Layout): string {
  const { word, style } = marks[status];
  const [head = "", ...rest] = wrapped(visible(`${name}: ${detail}`), layout.columns);
  const lines = [`${layout.paint(style, word)}  ${head}`, ...rest.map((line) => indent + line)];
  // A command stays in one piece: it is to be copied.
  if (fix !== null) lines.push(`${indent}${sign(layout)} ${layout.paint("bold", visible(fix))}`);
  return lines.map((line) => `${line}\n`).join("");
}

/** What stands before the command that mends it. */
const sign = ({ isPlain }: Layout): string => (isPlain ? "run:" : "→");

/** At words; a word longer than a line stays whole. */
function wrapped(text: string, columns: number | null): string[] {
  if (columns === null) return [text];
  const most = Math.max(20, columns - indent.length);
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    const longer = line === "" ? word : `${line} ${word}`;
    if (line !== "" && Bun.stringWidth(longer) > most) {
      lines.push(line);
      line = word;
    } else {
      line = longer;
    }
  }
  return [...lines, line];
}

function summary(findings: readonly Finding[], before: string): string {
  const count = (status: Finding["status"]): number =>
    findings.filter((one) => one.status === status).length;
  const failed = count("failed");
  const warnings = count("warning");
  const all =
    failed + warnings === 0
      ? "All is well."
      : `${failed === 0 ? "Nothing" : failed} failed, ${warnings === 1 ? "1 warning" : `${warnings} warnings`}; behind each ${before} stands what to run.`;
  if (findings.some(({ group }) => group === "canary")) return `${all}\n`;
  return `${all}\nTo prove the whole path with a harmless tool: atlasbridge doctor --canary\n`;
}
