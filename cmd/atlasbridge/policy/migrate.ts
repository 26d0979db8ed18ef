/** `policy migrate`: a policy in a newer version of the language, checked to decide the same. */
import { chmodSync, copyFileSync, constants, renameSync, statSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { AtlasError, exitCodes } from "../../../contracts/errors.ts";
import type { Policy } from "../../../contracts/policy.ts";
import type { PolicyMigrateView } from "../../../contracts/policy-tools.ts";
import { outputFormat } from "../../../contracts/version.ts";
import { diffPolicies } from "../../../runtime/policy/diff.ts";
import { readText } from "../../../runtime/lab/case-files.ts";
import { type Migrated, migrateText, type Version } from "../../../runtime/policy/migrate.ts";
import { parsePolicy } from "../../../runtime/policy/parse.ts";
import { printProblem } from "../../../runtime/policy/problem.ts";
import { type Cli, print } from "../cli.ts";
import { recordAct } from "../trace/append-own.ts";
import { visible } from "../visible.ts";
import { some } from "./past-text.ts";
import { readForPerson } from "./validate.ts";

export type MigrateCommand = { to: Exclude<Version, "0">; write?: boolean; stricter?: boolean };

/** Prints the new text, or replaces the file and keeps the old one beside it. */
export function migratePolicy(
  cli: Cli,
  file: string | undefined,
  { to, write = false, stricter = false }: MigrateCommand,
): number {
  const read = readForPerson(cli, file);
  if (read === null) return exitCodes.usage;
  const { path, parsed } = read;
  const from = parsed.policy.policy_version;
  if (from > to) {
    const message = `${visible(path)} is version ${from} already; there is no way back to ${to}`;
    throw new AtlasError("usage", message);
  }
  const text = readText(path);
  const own = ownPolicy(text, path);
  const made = from === to ? { text, steps: [] } : migrateText(text, own, { to, stricter });
  const compared = stricter ? null : compare(path, { whole: parsed.policy, own, made });
  const backup = write && from !== to ? replace(path, { text: made.text, from }) : null;
  if (backup !== null) {
    const content = { file: resolve(path) };
    recordAct(cli, { action: `policy migrate --to ${to} --write`, content });
  }
  const view: PolicyMigrateView = {
    format: outputFormat,
    file: path,
    from,
    to,
    ...made,
    compared,
    written: backup !== null,
    backup,
  };
  for (const line of notesOf(view)) cli.note(line);
  return print(cli, view, () => (write ? "" : made.text));
}

/** The file's own rules, without those of what it extends: only these are changed. */
function ownPolicy(text: string, path: string): Policy {
  const parsed = parsePolicy(text, path);
  if (parsed.ok) return parsed.policy;
  const [first] = parsed.problems;
  throw new AtlasError("policy_invalid", first === undefined ? path : printProblem(first));
}

const casesMax = 4_000;

/** How many situations come out the same; throws where one does not, as when what it extends is older. */
function compare(
  path: string,
  { whole, own, made }: { whole: Policy; own: Policy; made: Migrated },
): number {
  const migrated = ownPolicy(made.text, path);
  const far = whole.rules.slice(own.rules.length);
  const { policy_version, rules } = migrated;
  const after = { ...whole, policy_version, rules: [...rules, ...far] };
  const { compared, differences } = diffPolicies(whole, after, { casesMax });
  const [first] = differences;
  if (first === undefined) return compared;
  const rule = first.a.rule_id ?? "no rule";
  const message =
    own.extends === undefined
      ? `version ${policy_version} would decide otherwise than rule ${rule} does now; please report it`
      : `rule ${rule} of ${visible(own.extends)} would decide otherwise; migrate that file first`;
  throw new AtlasError("policy_invalid", message);
}

/** In one step, the old text kept beside it under a name that is free. Returns that name. */
function replace(path: string, { text, from }: { text: string; from: Version }): string {
  try {
    const { mode } = statSync(path);
    const backup = keep(path, from);
    const beside = `${path}.new`;
    writeFileSync(beside, text, { mode: 0o600, flush: true });
    chmodSync(beside, mode & 0o777);
    renameSync(beside, path);
    return backup;
  } catch (error) {
    if (error instanceof AtlasError) throw error;
    const message = `${visible(path)} cannot be replaced: ${String(error)}; check the folder`;
    throw new AtlasError("home_unusable", message, { cause: error });
  }
}

const backupsMax = 100;

function keep(path: string, from: Version): string {
  for (let n = 1; n <= backupsMax; n += 1) {
    const name = `${path}.version-${from}${n === 1 ? "" : `.${n}`}`;
    try {
      copyFileSync(path, name, constants.COPYFILE_EXCL);
      return name;
    } catch (error) {
      if (!(error instanceof Error && "code" in error && error.code === "EEXIST")) throw error;
    }
  }
  throw new AtlasError(
    "usage",
    `there are ${backupsMax} old copies of ${visible(path)}; remove some`,
  );
}

function notesOf(view: PolicyMigrateView): string[] {
  const { file, from, to, steps, compared, written, backup } = view;
  if (from === to) return [`${file} is version ${to} already; nothing to do`];
  const where = written ? `${file} is version ${to} now; the old one is ${backup ?? ""}` : "";
  return [
    ...steps,
    compared === null
      ? "questions of critical risk that were answered now come to you (--stricter)"
      : `compared in ${some(compared, "situation")}: decides the same`,
    ...(written ? [where] : ["not written; --write replaces the file and keeps the old one"]),
  ];
}
