/** Asks the keychain through a process of its own, which ends with the answer or at the end of the time it was given. */
import { join } from "node:path";
import { limits } from "../../contracts/limits.ts";
import type { Clock } from "../clock.ts";
import { commandOfItself } from "../itself.ts";
import { keychainArgument } from "./argument.ts";
import type { Keychain, KeychainFailure, SecretRead } from "./keychain.ts";
import {
  joinLine,
  type KeychainOrder,
  keychainReport,
  type KeychainReport,
  splitLine,
} from "./order.ts";

export type KeychainOptions = {
  clock: Clock;
  /** As inherited: where the session's bus is stands in them. */
  variables: Readonly<Record<string, string>>;
  /** A command that calls `serveKeychain`. */
  command?: readonly [string, ...string[]];
};

/** The system's keychain: Secret Service on Linux, Keychain on macOS, Credential Manager on Windows. */
export function systemKeychain(options: KeychainOptions): Keychain {
  const ask = (request: Request): Promise<Answer> => answerTo(request, options);
  const asked = { withinMs: limits.keychainAskMs };
  return {
    async read(name, { withinMs, signal }): Promise<SecretRead> {
      const { report, secret } = await ask({
        order: { order: "read", name, withinMs },
        ...(signal === undefined ? {} : { signal }),
      });
      if (report?.report === "secret") return { ok: true, secret };
      return report?.report === "nothing" ? { ok: true, secret: null } : failureOf(report);
    },
    async write(name, secret) {
      const { report } = await ask({ order: { order: "write", name, ...asked }, secret });
      secret.fill(0);
      return report?.report === "done" ? { ok: true } : failureOf(report);
    },
    async remove(name) {
      const { report } = await ask({ order: { order: "remove", name, ...asked } });
      if (report?.report !== "done" && report?.report !== "nothing") return failureOf(report);
      return { ok: true, removed: report?.report === "done" };
    },
    async names({ withinMs }) {
      const { report } = await ask({ order: { order: "names", withinMs } });
      return report?.report === "names" ? { ok: true, names: report.names } : failureOf(report);
    },
  };
}

type Request = { order: KeychainOrder; secret?: Uint8Array; signal?: AbortSignal };
/** Null: none that can be understood. */
type Answer = { report: KeychainReport | null; secret: Uint8Array };

const nothing = new Uint8Array();
const silence: Answer = { report: null, secret: nothing };

/** Anything else than what was asked for is no answer. */
function failureOf(report: KeychainReport | null): KeychainFailure {
  if (report?.report !== "failed") return { ok: false, trouble: "silent", said: "" };
  return { ok: false, trouble: report.trouble, said: report.said };
}

async function answerTo(request: Request, options: KeychainOptions): Promise<Answer> {
  const { order, secret = nothing, signal } = request;
  const { clock, variables, command = ownCommand() } = options;
  const input = joinLine(order, secret);
  const child = Bun.spawn([...command], {
    // Settings lying in the tool's folder are not meant for it.
    cwd: "/",
    env: withoutRuntimeSettings(variables),
    stdin: input,
    stdout: "pipe",
    stderr: "ignore",
    timeout: order.withinMs,
    killSignal: "SIGKILL",
    ...(signal === undefined ? {} : { signal }),
  });
  const output = new Output();
  // What it started may hold the pipe open after it has gone: then its end is the end.
  const gone = child.exited.then(
    () => new Promise<void>((resolve) => clock.after(lastOutputMs, resolve)),
  );
  await Promise.race([output.read(child.stdout), gone]);
  input.fill(0);
  return output.take();
}

/** What was written last is read within this after the process has ended. */
const lastOutputMs = 100;

function ownCommand(): [string, ...string[]] {
  return commandOfItself(keychainArgument, join(import.meta.dir, "serve-main.ts"));
}

/** Variables that change how the process itself runs are the tool's. */
function withoutRuntimeSettings(variables: Readonly<Record<string, string>>) {
  return Object.fromEntries(
    Object.entries(variables).filter(([name]) => !/^(?:BUN|NODE)_/.test(name)),
  );
}

/** More than any report takes. */
const reportBytesMax = 65_536;

/** Collects a report; every piece that held it is overwritten once it has been read. */
class Output {
  readonly #buffer = new Uint8Array(reportBytesMax);
  #length = 0;

  /** Up to the end of the stream, or of the report. */
  async read(stream: ReadableStream<Uint8Array>): Promise<void> {
    for await (const chunk of stream) {
      const room = chunk.subarray(0, this.#buffer.length - this.#length);
      this.#buffer.set(room, this.#length);
      this.#length += room.length;
      chunk.fill(0);
      if (this.#whole() !== null) return;
    }
  }

  /** What was reported, and nothing of it is left here. */
  take(): Answer {
    const whole = this.#whole();
    const answer = whole === null ? silence : { ...whole, secret: whole.secret.slice() };
    this.#buffer.fill(0);
    return answer;
  }

  #whole(): Answer | null {
    const split = splitLine(this.#buffer.subarray(0, this.#length));
    if (split === null) return null;
    const parsed = keychainReport.safeParse(parsedJson(split.line));
    if (!parsed.success) return silence;
    const report = parsed.data;
    const bytes = report?.report === "secret" ? report.bytes : 0;
    if (split.rest.length < bytes) return null;
    return { report, secret: split.rest.subarray(0, bytes) };
  }
}

function parsedJson(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return null;
  }
}
