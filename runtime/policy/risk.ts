/** How much a prompt could cost: by the commands, paths and branches it is about, and by its words. Pure. */
import type { Risk } from "../../contracts/decision.ts";
import type { Prompt, Subject } from "../../contracts/prompt.ts";
import type { Asked } from "./asked.ts";
import { absoluteSegments } from "./folders.ts";
import { type NamedPath, pathsInWords, pathsOfTarget, type RealPaths } from "./paths.ts";
import { plainText } from "./pattern.ts";
import { factorsOfCommand } from "./risk-commands.ts";
import { factorsOfGit } from "./risk-git.ts";
import {
  changesPaths,
  type Disk,
  factorsOfPath,
  isHarmlessName,
  namesPaths,
} from "./risk-paths.ts";
import { textFactors } from "./risk-text.ts";
import { searchedText } from "./searched.ts";
import type { ShellReading, SimpleCommand } from "./shell/command.ts";

/** What the risk of a prompt depends on. */
export type Given = {
  readonly prompt: Prompt;
  readonly cwd: string;
  readonly userHome: string;
  readonly environment: string | null;
  readonly real: RealPaths;
  /** Absolute paths of what governs the session. */
  readonly guarded?: readonly string[];
  readonly asked: Asked;
};

type Assessed = Given & { readonly disk: Disk };

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

type Add = (factor: { readonly name: string; readonly weight: number }) => void;

/**
 * 0 to 1 low, 2 to 4 medium, 5 to 7 high, 8 and more critical. Every factor adds and none takes away, so nothing that a
 * text says besides can lower its risk. Factors are names of these files and never words of the prompt, because they
 * may leave the machine.
 */
export function classifyRisk(given: Given): RiskOf {
  const { cwd, userHome, real, guarded = [] } = given;
  const disk: Disk = {
    home: absoluteSegments(userHome, "") ?? [],
    cwd: absoluteSegments(real.get(cwd) ?? cwd, ""),
    real,
    guarded: guarded.map((path) => absoluteSegments(path, userHome) ?? []),
  };
  const assessed: Assessed = { ...given, disk };
  const weights = new Map<string, number>();
  const add: Add = ({ name, weight }) => {
    weights.set(name, Math.max(weight, weights.get(name) ?? 0));
  };
  const { prompt, asked } = assessed;
  const reading = asked.shell();
  addText(prompt, reading, add);
  if (reading !== null) addShell(reading, assessed, add);
  if (prompt.subject !== null) addSubject(prompt.subject, assessed, add);
  addCircumstances(assessed, add, weights.size > 0);
  return { risk: levelOf(sumOf(weights)), factors: [...weights.keys()] };
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

function sumOf(weights: ReadonlyMap<string, number>): number {
  const sum = (names: Iterable<string>): number =>
    [...names].reduce((total, name) => total + (weights.get(name) ?? 0), 0);
  let all = sum(weights.keys());
  for (const ways of sayings) {
    const each = ways.map(sum);
    all += Math.max(...each) - each.reduce((total, one) => total + one, 0);
  }
  return all;
}

/** Words of a command that could be read are no words of the question: `grep delete` deletes nothing. */
function addText(prompt: Prompt, reading: ShellReading | null, add: Add): void {
  const isRead = reading?.ok === true;
  const words = isRead ? prompt.question : searchedText(prompt);
  const context = prompt.context ?? "";
  // A dialog shows the command above its question: it was read as one.
  const above = isRead ? withoutCommand(context, prompt.subject?.command ?? "") : context;
  const text = plainText(above === "" ? words : `${above}\n${words}`).toLowerCase();
  for (const factor of textFactors) if (factor.pattern.test(text)) add(factor);
}

/** However the screen has broken it into rows. */
function withoutCommand(context: string, command: string): string {
  const words = command.split(/\s+/).filter((word) => word !== "");
  const folded = context.replace(/\s+/g, " ");
  const shown = words.join(" ");
  return shown !== "" && folded.includes(shown) ? folded.replaceAll(shown, " ") : context;
}

function addShell(reading: ShellReading, assessed: Assessed, add: Add): void {
  if (!reading.ok) return add({ name: "shell:unreadable", weight: 5 });
  for (const command of reading.commands) addCommand(command, assessed, add);
  const { commands, writes, reads } = reading;
  if (reading.runsCode) add({ name: "command:runs-code", weight: 3 });
  if (reading.runsCode && commands.some(({ name }) => /^(?:curl|wget|fetch|aria2c)$/i.test(name))) {
    add({ name: "command:runs-download", weight: 5 });
  }
  if (reading.hasSubstitution) add({ name: "shell:substitution", weight: 0 });
  const written = writes.flatMap((file) => pathsOfTarget(file, assessed));
  addPaths(written, { changes: true, clears: false }, { assessed, add });
  const read = reads.flatMap((file) => pathsOfTarget(file, assessed));
  addPaths(read, { changes: false, clears: false }, { assessed, add });
}

type How = { readonly changes: boolean; readonly clears: boolean };

function addPaths(
  paths: readonly NamedPath[],
  how: How,
  { assessed, add }: { assessed: Assessed; add: Add },
): void {
  for (const path of paths) factorsOfPath(path, how, assessed.disk).forEach(add);
}

/** Variables before a command may make it another one. */
const steering = { name: "command:environment", weight: 2 };

function addCommand(command: SimpleCommand, assessed: Assessed, add: Add): void {
  const own = factorsOfCommand(command);
  own.forEach(add);
  factorsOfGit(command).forEach(add);
  if (command.assignments.length > 0) add(steering);
  if (!namesPaths(command)) return;
  const clears = own.some(({ name }) => /:(?:removes|changes-rights|wipes)/.test(name));
  const how = { changes: changesPaths(command), clears };
  const [folder, ...others] = command.folders ?? [];
  const { guarded } = assessed.disk;
  const isOwn = (name: string): boolean =>
    guarded.some((own) => own.at(-1)?.toLowerCase() === name.toLowerCase());
  const isHere = folder === assessed.cwd && others.length === 0;
  const words = command.arguments.filter(
    (word) => !(isHere && "text" in word && isHarmlessName(word.text) && !isOwn(word.text)),
  );
  if (words.length === 0) return;
  addPaths(pathsInWords({ ...command, arguments: words }, assessed), how, { assessed, add });
}

function addSubject({ type, host }: Subject, assessed: Assessed, add: Add): void {
  if (type !== "shell") {
    const how = { changes: type.startsWith("file_"), clears: type === "file_delete" };
    addPaths(assessed.asked.paths(), how, { assessed, add });
  }
  if (type === "fetch") addHost(host, add);
  add({ name: `subject:${type}`, weight: subjectWeights[type] });
}

/** Addresses instead of names, and what answers only within this machine or its network. */
function addHost(host: string | null, add: Add): void {
  const name = (host ?? "").toLowerCase().replace(/:\d+$/, "");
  if (name === "") return add({ name: "host:unknown", weight: 1 });
  const isOwn = /^(?:localhost|.*\.(?:local|localhost|internal|lan|home\.arpa))$|^\[?::1\]?$/.test(
    name,
  );
  const isPrivate = /^(?:127|10|0|169\.254|192\.168|172\.(?:1[6-9]|2\d|3[01]))\./.test(name);
  if (isOwn || isPrivate) return add({ name: "host:internal", weight: 3 });
  if (/^[\d.]+$|^\[.*\]$|^0x|^\d+$/.test(name)) return add({ name: "host:address", weight: 2 });
  if (/(?:^|\.)xn--|[^\0-\x7f]/.test(name)) add({ name: "host:look-alike", weight: 2 });
}

const production = /(?:^|[-_.:/ ])(?:prod|production|prd|live)(?:$|[-_.:/ \d])/i;

function addCircumstances({ prompt, environment }: Assessed, add: Add, isAbout: boolean): void {
  // A question about nothing at all costs the same everywhere.
  if (environment !== null && isAbout && production.test(environment)) {
    add({ name: "environment:production", weight: 3 });
  }
  if (prompt.kind === "password") add({ name: "kind:password", weight: 5 });
  if (prompt.kind === "unknown") add({ name: "kind:unknown", weight: 2 });
  if (prompt.cut) add({ name: "prompt:cut", weight: 2 });
  if (prompt.confidence === "low") add({ name: "confidence:low", weight: 2 });
  if (prompt.confidence === "medium") add({ name: "confidence:medium", weight: 1 });
}

function levelOf(sum: number): Risk {
  if (sum >= 8) return "critical";
  if (sum >= 5) return "high";
  return sum >= 2 ? "medium" : "low";
}
