/** Starts the process that sends a message: nothing here waits for it, and at most one of a session's runs. */
import { join } from "node:path";
import { limits } from "../../../contracts/limits.ts";
import type { NotifyJob, NotifyMessage } from "../../../contracts/notify.ts";
import { commandOfItself } from "../../itself.ts";
import { notifyArgument } from "./argument.ts";

export type SenderOptions = Omit<NotifyJob, "message"> & {
  /** As inherited: where the session's bus, and a proxy, stand in them. */
  variables: Readonly<Record<string, string>>;
};

/** The queue of one session: it holds one message, and a newer one takes its place, for it says the same and more. */
export class Sender {
  readonly #options: SenderOptions;
  #running: { kill(signal: NodeJS.Signals): void } | null = null;

  constructor(options: SenderOptions) {
    this.#options = options;
  }

  /** Never waits and never fails: what could not be started is not sent, and the bell has rung. */
  send(message: NotifyMessage): void {
    this.withdraw();
    const { variables, ...job } = this.#options;
    if (job.targets.length === 0) return;
    try {
      const started = Bun.spawn(notifyCommand(), {
        ...spawnOptions(variables),
        stdin: jobBytes({ ...job, message }),
        stdout: "ignore",
      });
      // The session may end before it.
      started.unref();
      this.#running = started;
    } catch {
      // There is no process to be had: nobody can be told that here.
    }
  }

  /** Somebody has come: what has not gone out yet is no news any more. */
  withdraw(): void {
    this.#running?.kill("SIGKILL");
    this.#running = null;
  }
}

export function notifyCommand(): [string, ...string[]] {
  return commandOfItself(notifyArgument, join(import.meta.dir, "serve-main.ts"));
}

/** Not on the command line, which others can read. */
export function jobBytes(job: NotifyJob): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(job));
}

export function spawnOptions(variables: Readonly<Record<string, string>>) {
  return {
    // Settings lying in the tool's folder are not meant for it.
    cwd: "/",
    env: withoutRuntimeSettings(variables),
    stderr: "ignore",
    timeout: limits.notifyMs,
    killSignal: "SIGKILL",
  } as const;
}

/** Variables that change how the process itself runs are the tool's. */
function withoutRuntimeSettings(variables: Readonly<Record<string, string>>) {
  return Object.fromEntries(
    Object.entries(variables).filter(([name]) => !/^(?:BUN|NODE)_/.test(name)),
  );
}
