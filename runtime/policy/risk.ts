/** How much a prompt could cost: by the commands, paths and branches it is about, and by its words. Pure. */
import type { Risk } from "../../contracts/decision.ts";
import type { Prompt, Subject } from "../../contracts/prompt.ts";
import type { Asked } from "./asked.ts";
import { absoluteSegments, segmentsOfFolder } from "./folders.ts";
import { type NamedPath, pathsInWords, pathsOfTarget, type RealPaths } from "./paths.ts";
import { plainText } from "./pattern.ts";
import { factorsOfCommand } from "./risk-commands.ts";
import { factorsOfGit } from "./risk-git.ts";
import {
  changesPaths,
  type Disk,
  factorsOfPath,
  foldName,
  isHarmlessName,
  namesPaths,
} from "./risk-paths.ts";
import { factorsOfText } from "./risk-text.ts";
import { searchedText } from "./searched.ts";
import type { ShellReading, SimpleCommand, Word } from "./shell/command.ts";

/** What the risk of a prompt depends on. */
export type Given = {
  readonly prompt: Prompt;
  readonly cwd: string;
  readonly userHome: string;
  readonly environment: string | null;
  readonly real: RealPaths;
  /** Absolute paths of what governs the session. */
  readonly guarded?: () => readonly string[];
  readonly asked: Asked;
};

type Assessed = { readonly given: Given; readonly disk: Disk };

/** In the order of the decision; weights of factors that hold are added up, each once. */
const subjectWeights: Readonly<Record<Subject["type"], number>> = {
  shell: 1,
  file_delete: 3,
  trust_folder: 2,
  mcp: 1,
  fetch: 1,
  file_write: 1,
  file_edit: 0,
  other: 1,
};

export type RiskOf = { risk: Risk; factors: string[] };

/** What was found, and how heavy each is; each name once, with the most that it weighs. */
class Found {
  readonly names: string[] = [];
  readonly weights: number[] = [];

  add({ name, weight }: { readonly name: string; readonly weight: number }): void {
    const at = this.names.indexOf(name);
    if (at >= 0) this.weights[at] = Math.max(weight, this.weights[at] ?? 0);
    else {
      this.names.push(name);
      this.weights.push(weight);
    }
  }

  weightOf(name: string): number {
    const at = this.names.indexOf(name);
    return at < 0 ? 0 : (this.weights[at] ?? 0);
  }
}

/**
 * 0 to 1 low, 2 to 4 medium, 5 to 7 high, 8 and more critical. Every factor adds and none takes away, so nothing that a
 * text says besides can lower its risk. Factors are names of these files and never words of the prompt, because they
 * may leave the machine.
 */
export function classifyRisk(given: Given): RiskOf {
  const { cwd, userHome, real, guarded } = given;
  let names: Disk["guarded"] | null = null;
  const disk: Disk = {
    home: segmentsOfFolder(userHome) ?? [],
    cwd: segmentsOfFolder(real.get(cwd) ?? cwd),
    real,
    get guarded() {
      names ??= guarded === undefined ? unguarded : namesOf(guarded(), userHome);
      return names;
    },
  };
  const assessed: Assessed = { given, disk };
  const found = new Found();
  const { prompt, asked } = given;
  const reading = asked.shell();
  addText(prompt, reading, found);
  if (reading !== null) addShell(reading, assessed, found);
  if (prompt.subject !== null) addSubject(prompt.subject, assessed, found);
  addCircumstances(given, found, found.names.length > 0);
  return { risk: levelOf(sumOf(found)), factors: found.names };
}

const unguarded: Disk["guarded"] = [];

function namesOf(guarded: readonly string[], userHome: string): Disk["guarded"] {
  return guarded.map((path) => (absoluteSegments(path, userHome) ?? []).map(foldName));
}

/**
 * Ways to say one and the same thing: what the command does, what the text calls it. Of these only the heaviest counts,
 * or a description of what is done would make it twice as bad.
 */
const sayings: readonly (readonly (readonly string[])[])[] = [
  [
    ["command:removes-recursively", "command:removes"],
    ["text:removes-recursively", "text:destroys"],
  ],
];

function sumOf(found: Found): number {
  let all = 0;
  for (const weight of found.weights) all += weight;
  for (const ways of sayings) {
    let most = 0;
    for (const names of ways) {
      let each = 0;
      for (const name of names) each += found.weightOf(name);
      all -= each;
      most = Math.max(most, each);
    }
    all += most;
  }
  return all;
}

/** Words of a command that could be read are no words of the question: `grep delete` deletes nothing. */
function addText(prompt: Prompt, reading: ShellReading | null, found: Found): void {
  const isRead = reading?.ok === true;
  const words = isRead ? prompt.question : searchedText(prompt);
  const context = prompt.context ?? "";
  // A dialog shows the command above its question: it was read as one.
  const above = isRead ? withoutCommand(context, prompt.subject?.command ?? "") : context;
  const text = plainText(above === "" ? words : `${above}\n${words}`).toLowerCase();
  for (const factor of factorsOfText(text)) found.add(factor);
}

/** However the screen has broken it into rows. */
function withoutCommand(context: string, command: string): string {
  if (context === "") return context;
  const words = command.split(/\s+/).filter((word) => word !== "");
  const folded = context.replace(/\s+/g, " ");
  const shown = words.join(" ");
  return shown !== "" && folded.includes(shown) ? folded.replaceAll(shown, " ") : context;
}

function addShell(reading: ShellReading, assessed: Assessed, found: Found): void {
  if (!reading.ok) return found.add({ name: "shell:unreadable", weight: 5 });
  const { given } = assessed;
  for (const command of reading.commands) addCommand(command, assessed, found);
  const { commands, writes, reads } = reading;
  if (reading.runsCode) found.add({ name: "command:runs-code", weight: 3 });
  if (reading.runsCode && commands.some(({ name }) => /^(?:curl|wget|fetch|aria2c)$/i.test(name))) {
    found.add({ name: "command:runs-download", weight: 5 });
  }
  if (reading.hasSubstitution) found.add({ name: "shell:substitution", weight: 0 });
  for (const file of writes) addPaths(pathsOfTarget(file, given), written, { assessed, found });
  for (const file of reads) addPaths(pathsOfTarget(file, given), read, { assessed, found });
}

type How = { readonly changes: boolean; readonly clears: boolean };

const written: How = { changes: true, clears: false };
const read: How = { changes: false, clears: false };

function addPaths(
  paths: readonly NamedPath[],
  how: How,
  { assessed, found }: { assessed: Assessed; found: Found },
): void {
  for (const path of paths)
    for (const factor of factorsOfPath(path, how, assessed.disk)) found.add(factor);
}

/** Variables before a command may make it another one. */
const steering = { name: "command:environment", weight: 2 };

function addCommand(command: SimpleCommand, assessed: Assessed, found: Found): void {
  const own = factorsOfCommand(command);
  for (const factor of own) found.add(factor);
  for (const factor of factorsOfGit(command)) found.add(factor);
  if (command.assignments.length > 0) found.add(steering);
  if (!namesPaths(command)) return;
  const [folder, ...others] = command.folders ?? [];
  const { given, disk } = assessed;
  const isHere = folder === given.cwd && others.length === 0;
  const words = isHere
    ? command.arguments.filter((word) => !isHarmless(word, disk, given.cwd))
    : command.arguments;
  if (words.length === 0) return;
  const clears = own.some(({ name }) => /:(?:removes|changes-rights|wipes)/.test(name));
  const how = { changes: changesPaths(command), clears };
  const { name, folders } = command;
  addPaths(pathsInWords({ name, folders, arguments: words }, given), how, { assessed, found });
}

/** A name of the session's folder that says nothing, unless something that governs the session has that name. */
function isHarmless(word: Word, { guarded, real }: Disk, cwd: string): boolean {
  if (!("text" in word) || !isHarmlessName(word.text)) return false;
  if (real.size > 0) {
    const path = `${cwd}/${word.text}`;
    // A link: what counts is where it leads.
    if ((real.get(path) ?? path) !== path) return false;
  }
  if (guarded.length === 0) return true;
  const name = foldName(word.text);
  return !guarded.some((own) => own.at(-1) === name);
}

function addSubject({ type, host }: Subject, assessed: Assessed, found: Found): void {
  if (type !== "shell") {
    const how = { changes: type.startsWith("file_"), clears: type === "file_delete" };
    addPaths(assessed.given.asked.paths(), how, { assessed, found });
  }
  if (type === "fetch") addHost(host, found);
  found.add({ name: `subject:${type}`, weight: subjectWeights[type] });
}

/** Addresses instead of names, and what answers only within this machine or its network. */
function addHost(host: string | null, found: Found): void {
  const name = (host ?? "").toLowerCase().replace(/:\d+$/, "");
  if (name === "") return found.add({ name: "host:unknown", weight: 1 });
  const isOwn = /^(?:localhost|.*\.(?:local|localhost|internal|lan|home\.arpa))$|^\[?::1\]?$/.test(
    name,
  );
  const isPrivate = /^(?:127|10|0|169\.254|192\.168|172\.(?:1[6-9]|2\d|3[01]))\./.test(name);
  if (isOwn || isPrivate) return found.add({ name: "host:internal", weight: 3 });
  if (/^[\d.]+$|^\[.*\]$|^0x|^\d+$/.test(name))
    return found.add({ name: "host:address", weight: 2 });
  if (/(?:^|\.)xn--|[^\0-\x7f]/.test(name)) found.add({ name: "host:look-alike", weight: 2 });
}

const production = /(?:^|[-_.:/ ])(?:prod|production|prd|live)(?:$|[-_.:/ \d])/i;

function addCircumstances({ prompt, environment }: Given, found: Found, isAbout: boolean): void {
  // A question about nothing at all costs the same everywhere.
  if (environment !== null && isAbout && production.test(environment)) {
    found.add({ name: "environment:production", weight: 3 });
  }
  if (prompt.kind === "password") found.add({ name: "kind:password", weight: 5 });
  if (prompt.kind === "unknown") found.add({ name: "kind:unknown", weight: 2 });
  if (prompt.cut) found.add({ name: "prompt:cut", weight: 2 });
  if (prompt.confidence === "low") found.add({ name: "confidence:low", weight: 2 });
  if (prompt.confidence === "medium") found.add({ name: "confidence:medium", weight: 1 });
}

function levelOf(sum: number): Risk {
  if (sum >= 8) return "critical";
  if (sum >= 5) return "high";
  return sum >= 2 ? "medium" : "low";
}
