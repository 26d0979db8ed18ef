/** Runs a harmless scripted tool as a person would, with a home and a policy of its own, and keeps what came of it. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { AtlasError, errorCodes } from "../../../contracts/errors.ts";
import type { Finding } from "../../../contracts/doctor.ts";
import { limits } from "../../../contracts/limits.ts";
import { systemClock } from "../../../runtime/clock.ts";
import { commandOfItself } from "../../../runtime/itself.ts";
import { openSqliteReader, type TraceReader } from "../../../runtime/trace/sqlite-reader.ts";
import { verifyTrace } from "../../../runtime/trace/verify.ts";
import { canaryCommand } from "./canary-tool.ts";
import { linkFindings, noHome, type Song } from "./canary-links.ts";

export type CanaryParts = {
  variables: Readonly<Record<string, string>>;
  /** Where its home is made. */
  folder?: string;
  withinMs?: number;
  tool?: readonly [string, ...string[]];
  policy?: string;
  /** Between the tool's end and the look at the trace. */
  afterwards?: (home: string) => void;
};

const canaryPolicy = `policy_version: "1"
name: canary
autonomy_mode: full
rules:
  - id: canary
    match: { prompt_type: [yes_no], contains: "Canary" }
    action: { type: auto_reply, value: "y" }
`;

/** Leaves nothing behind. */
export async function canaryFindings(parts: CanaryParts): Promise<Finding[]> {
  const folder = parts.folder ?? tmpdir();
  let home: string;
  try {
    home = mkdtempSync(join(folder, "atlasbridge-canary-"));
  } catch (error) {
    return [noHome(folder, error)];
  }
  try {
    return linkFindings(await sung(home, parts));
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
}

async function sung(home: string, parts: CanaryParts): Promise<Song> {
  const policy = join(home, "canary.yaml");
  writeFileSync(policy, parts.policy ?? canaryPolicy, { mode: 0o600 });
  const from = systemClock.monotonicMs();
  const { error, late } = await ran({ home, policy, parts });
  const tookMs = systemClock.monotonicMs() - from;
  parts.afterwards?.(home);
  return { ...readBack(join(home, "trace.db")), error, late, tookMs };
}

type Run = { home: string; policy: string; parts: CanaryParts };

async function ran({ home, policy, parts }: Run): Promise<Pick<Song, "error" | "late">> {
  const options = ["--home", home, "--json", "run", "--headless", "--policy", policy];
  const child = Bun.spawn([...ownProgram(), ...options, "--", ...(parts.tool ?? canaryCommand())], {
    // No project's policy holds there.
    cwd: home,
    env: withoutSettings(parts.variables),
    stdin: "ignore",
    stdout: "ignore",
    stderr: "pipe",
    timeout: parts.withinMs ?? limits.canaryMs,
    killSignal: "SIGKILL",
  });
  const [said] = await Promise.all([new Response(child.stderr).text(), child.exited]);
  return { error: errorIn(said), late: child.signalCode === "SIGKILL" };
}

/** As `atlasbridge` was started. */
function ownProgram(): string[] {
  const [program, ...rest] = commandOfItself(
    "",
    join(import.meta.dir, "..", "..", "atlasbridge.ts"),
  );
  return [program, ...rest.filter((word) => word !== "")];
}

/** The person's own settings are for their sessions; how detection works here is what is to be proved. */
function withoutSettings(variables: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(variables).filter(
      ([name]) => !name.startsWith("ATLASBRIDGE_") || name === "ATLASBRIDGE_KERNEL_EVIDENCE",
    ),
  );
}

/** The last line that is an error: what is only remarked stands before it. */
function errorIn(said: string): Song["error"] {
  for (const line of said.trim().split("\n").toReversed()) {
    try {
      const value: { error?: { code?: unknown; message?: unknown } } = JSON.parse(line);
      const code = errorCodes.find((one) => one === value.error?.code) ?? "unknown";
      return { code, message: String(value.error?.message) };
    } catch {
      // A remark in words.
    }
  }
  return null;
}

type Read = Pick<Song, "entries" | "report" | "unread">;

function readBack(file: string): Read {
  let trace: TraceReader | null = null;
  try {
    trace = openSqliteReader(file);
    return { entries: [...trace.entries()], report: verifyTrace(trace), unread: null };
  } catch (error) {
    if (!(error instanceof AtlasError)) throw error;
    return { entries: [], report: null, unread: error.message };
  } finally {
    trace?.close();
  }
}
