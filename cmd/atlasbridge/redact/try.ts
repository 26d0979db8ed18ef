/** `atlasbridge redact test`: runs a text through the redaction of this machine and prints what it finds. */
import { readFileSync } from "node:fs";
import { AtlasError, exitCodes } from "../../../contracts/errors.ts";
import type { RedactionFinding, RedactTestView } from "../../../contracts/redaction-view.ts";
import { outputFormat } from "../../../contracts/version.ts";
import { readConfig } from "../../../runtime/config-file.ts";
import { type Found, markOf, replaced } from "../../../runtime/trace/redact/found.ts";
import { visibleText } from "../../../runtime/trace/redact/terminal-text.ts";
import { inOriginal } from "../../../runtime/trace/redact/wrapped.ts";
import { type Cli, print } from "../cli.ts";
import { type Layout, layoutFor, table } from "../layout.ts";
import { ownRedactor } from "../redaction.ts";
import { visible } from "../visible.ts";

export type RedactTestOptions = { print?: boolean; exitCode?: boolean };

/** Throws `config_invalid` for an own pattern that is none, `usage` for a file that cannot be read. */
export function redactTest(cli: Cli, file: string, options: RedactTestOptions): number {
  const { enabled } = readConfig(cli.paths, cli.environment).redaction;
  const redactor = ownRedactor(cli);
  const text = readInput(file);
  const found = findIn(text, (shown) => redactor.find(shown));
  const view: RedactTestView = {
    format: outputFormat,
    file: file === "-" ? null : file,
    enabled,
    findings: findingsOf(text, found),
    ...(options.print === true ? { text: marked(text, found) } : {}),
  };
  if (!enabled)
    cli.note("redaction is switched off: atlasbridge config set redaction.enabled true");
  if (options.print === true && !cli.json) {
    cli.raw(view.text ?? "");
    process.stderr.write(findingsText(view, layoutFor(process.stderr, cli)));
  } else {
    print(cli, view, () => findingsText(view, layoutFor(process.stdout, cli)));
  }
  return options.exitCode === true && found.length > 0 ? exitCodes.failed : exitCodes.ok;
}

function readInput(file: string): string {
  try {
    return readFileSync(file === "-" ? 0 : file, "utf8");
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    const message = `${visible(file)} cannot be read: ${visible(why)}; name a readable file, or - for standard input`;
    throw new AtlasError("usage", message, { cause: error });
  }
}

/** What a terminal wrote is read as what it shows. */
function findIn(text: string, find: (text: string) => readonly Found[]): readonly Found[] {
  if (!text.includes("\u001b")) return find(text);
  const view = visibleText(text);
  return inOriginal(find(view.text), view);
}

function marked(text: string, found: readonly Found[]): string {
  return replaced(text, found, ({ kind }) => markOf(kind));
}

/** Of shorter ones even two characters tell too much. */
const toldCharsMin = 16;
const toldChars = 2;

function findingsOf(text: string, found: readonly Found[]): RedactionFinding[] {
  const graphemes = new Intl.Segmenter();
  let line = 1;
  let start = 0;
  return found.map(({ kind, from, to }) => {
    for (
      let brk = text.indexOf("\n", start);
      brk >= 0 && brk < from;
      brk = text.indexOf("\n", start)
    ) {
      line += 1;
      start = brk + 1;
    }
    const secret = text.slice(from, to);
    const begins = secret.length >= toldCharsMin ? secret.slice(0, toldChars) : null;
    const column = [...graphemes.segment(text.slice(start, from))].length + 1;
    return { line, column, kind, length: secret.length, begins };
  });
}

function findingsText({ file, findings }: RedactTestView, layout: Layout): string {
  const name = file === null ? "standard input" : visible(file);
  if (findings.length === 0) return `nothing to take out of ${name}\n`;
  const rows = findings.map(({ line, column, kind, length, begins }) => [
    `${file === null ? "-" : visible(file)}:${line}:${column}`,
    kind,
    `${begins === null ? "" : `${visible(begins)}… `}${length} characters`,
  ]);
  const count = findings.length === 1 ? "1 secret" : `${findings.length} secrets`;
  return `${table(["where", "kind", "what"], rows, layout)}${count} in ${name}\n`;
}
