/** Runs one of our own commands in a process of its own: what takes seconds must not keep the page's stream waiting. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as z from "zod";
import { AtlasError, type ErrorCode, errorCodes } from "../../../contracts/errors.ts";
import { limits } from "../../../contracts/limits.ts";
import type { Cli } from "../cli.ts";

/** Bytes as they are printed; an error says what the command said. */
export function ownCommand(cli: Cli, args: readonly string[]) {
  if (args.some((arg) => arg.includes("\0"))) {
    throw new AtlasError("usage", "the text holds a null character; leave it out");
  }
  const isCompiled = Bun.main.startsWith("/$bunfs/");
  const program = isCompiled ? [process.execPath] : [process.execPath, Bun.main];
  const { paths, environment } = cli;
  // One home holds both, or each lies where the system's rules put it.
  const home = paths.config === paths.state ? { ATLASBRIDGE_HOME: paths.state } : {};
  return Bun.spawn([...program, ...args], {
    // No project's own policy has a say here.
    cwd: environment.userHome,
    env: { ...environment.variables, ...home, NO_COLOR: "1" },
    stdin: "ignore",
    stdout: "pipe",
    stderr: "pipe",
    timeout: limits.dashboardCommandMs,
    killSignal: "SIGKILL",
  });
}

/** What it prints with `--json`. Throws what it said where it failed, `policy_invalid` with every problem of a policy. */
export async function ownJson<T extends z.ZodType>(
  cli: Cli,
  args: readonly string[],
  schema: T,
): Promise<z.infer<T>> {
  const child = ownCommand(cli, ["--json", ...args]);
  const [out, err] = await Promise.all([
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
    child.exited,
  ]);
  const value = jsonOf(out);
  const read = schema.safeParse(value);
  if (read.success) return read.data;
  const invalid = invalidPolicy.safeParse(value);
  if (invalid.success) throw new AtlasError("policy_invalid", problemLines(invalid.data));
  throw saidError(err);
}

/** What a command reads, in a folder that nobody else may enter, for as long as it is needed. */
export async function withFile<T>(
  { name, text }: { name: string; text: string },
  use: (file: string) => Promise<T>,
): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), "atlasbridge-page-"));
  try {
    const file = join(folder, name);
    writeFileSync(file, text, { mode: 0o600 });
    return await use(file);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const invalidPolicy = z.looseObject({
  ok: z.literal(false),
  problems: z.array(
    z.looseObject({
      line: z.number().optional(),
      column: z.number().optional(),
      message: z.string(),
    }),
  ),
});

function problemLines({ problems }: z.infer<typeof invalidPolicy>): string {
  return problems
    .map(({ line, column, message }) => `${line ?? 1}:${column ?? 1}: ${message}`)
    .join("\n");
}

const said = z.looseObject({ error: z.looseObject({ code: z.string(), message: z.string() }) });

function saidError(text: string): AtlasError {
  for (const line of text.trim().split("\n").reverse()) {
    const read = said.safeParse(jsonOf(line));
    if (!read.success) continue;
    const { code, message } = read.data.error;
    return new AtlasError(isCode(code) ? code : "internal", message);
  }
  const last = text.trim().split("\n").at(-1) ?? "";
  return new AtlasError("internal", `the command ended without an answer: ${last.slice(0, 500)}`);
}

const isCode = (code: string): code is ErrorCode => errorCodes.some((one) => one === code);

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
