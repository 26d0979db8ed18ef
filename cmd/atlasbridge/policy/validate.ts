/** `policy validate`: says that a policy is good, or everything that is wrong with it. */
import { exitCodes } from "../../../contracts/errors.ts";
import { outputFormat } from "../../../contracts/version.ts";
import { type CompiledPolicy, compilePolicy } from "../../../runtime/policy/compile.ts";
import type { ParsedPolicy } from "../../../runtime/policy/parse.ts";
import { readPolicyFile } from "../../../runtime/policy/open.ts";
import { printProblem } from "../../../runtime/policy/problem.ts";
import { type Cli, print } from "../cli.ts";

export type ValidPolicy = Extract<ParsedPolicy, { ok: true }>;

export function validatePolicy(cli: Cli, file: string | undefined): number {
  const read = readForPerson(cli, file);
  if (read === null) return exitCodes.usage;
  const { policy, hash } = read.parsed;
  const view = {
    format: outputFormat,
    ok: true,
    file: read.path,
    name: policy.name,
    policy_version: policy.policy_version,
    rules: policy.rules.length,
    hash,
    warnings: read.warnings,
  };
  const rules = policy.rules.length === 1 ? "1 rule" : `${policy.rules.length} rules`;
  return print(cli, view, () => `${read.path}: ok, ${rules}, sha256 ${hash}\n`);
}

/**
 * Reads the named policy, or the home's. Prints warnings, and all problems when it is not valid:
 * then the result is null and the exit code `usage`. Throws when it cannot be read.
 */
export function readForPerson(
  cli: Cli,
  file: string | undefined,
): { path: string; parsed: ValidPolicy; warnings: string[] } | null {
  const path = file ?? cli.paths.policyFile;
  const { parsed, warnings: unsafe } = readPolicyFile(path, cli.environment);
  const warnings = [...unsafe, ...(parsed.ok ? parsed.notes : [])];
  for (const warning of warnings) cli.note(`warning: ${warning}`);
  if (parsed.ok) return { path, parsed, warnings };
  if (cli.json) {
    const view = {
      format: outputFormat,
      ok: false,
      file: path,
      problems: parsed.problems,
      warnings,
    };
    cli.raw(`${JSON.stringify(view, null, 2)}\n`);
  } else {
    for (const problem of parsed.problems) cli.note(printProblem(problem));
  }
  return null;
}

/** As `readForPerson`, ready to decide by. */
export function compileForPerson(
  cli: Cli,
  file: string | undefined,
): { path: string; compiled: CompiledPolicy } | null {
  const read = readForPerson(cli, file);
  if (read === null) return null;
  const { policy, hash } = read.parsed;
  const { userHome } = cli.environment;
  return { path: read.path, compiled: compilePolicy(policy, { hash, userHome }) };
}
