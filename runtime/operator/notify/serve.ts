/** The process that sends one message to all of its targets, and ends. */
import { readFileSync, writeSync } from "node:fs";
import { AtlasError } from "../../../contracts/errors.ts";
import { limits } from "../../../contracts/limits.ts";
import {
  notifyJob,
  type NotifyJob,
  type NotifyReport,
  type NotifyTarget,
} from "../../../contracts/notify.ts";
import { systemClock } from "../../clock.ts";
import { readEnvironment } from "../../config.ts";
import { systemKeychain } from "../../keychain/ask.ts";
import { systemRandom } from "../../random.ts";
import { deliver } from "./deliver.ts";
import { post } from "./post.ts";
import { keepResult } from "./results.ts";
import { signWebhook } from "./sign.ts";
import { needsSecret, readTargetSecret } from "./target-secrets.ts";

// A process of its own, because nothing that a session is made of may reach a network, because no target, however slow,
// may be felt in a session, and because the secrets that it needs end with it. Who started it ends it when the person
// has come, or when there is newer news of the same session.

/** Reads a job from standard input, reports on standard output, and ends the process. */
export async function serveNotification(): Promise<never> {
  const job = notifyJob.parse(JSON.parse(readFileSync(0, "utf8")));
  systemClock.after(limits.notifyMs, () => process.exit(1));
  const reports = await Promise.all(job.targets.map((target) => send(target, job)));
  process.exit(reports.every(({ delivered }) => delivered) ? 0 : 1);
}

async function send(target: NotifyTarget, job: NotifyJob): Promise<NotifyReport> {
  const result = await deliver(
    { target, message: job.message, secret: await secretOf(target, job) },
    {
      clock: systemClock,
      random: systemRandom,
      sign: signWebhook,
      post: (one) => post(one, { clock: systemClock, withinMs: limits.notifyRequestMs }),
      triesMax: job.triesMax,
      tried: (soFar) => keepResult(job.resultsFolder, target.name, soFar),
    },
  );
  const report: NotifyReport = { target: target.name, ...result };
  writeSync(1, `${JSON.stringify(report)}\n`);
  return report;
}

async function secretOf(target: NotifyTarget, job: NotifyJob): Promise<string | null> {
  if (!needsSecret(target)) return null;
  const { variables } = readEnvironment();
  const keychain = systemKeychain({ clock: systemClock, variables });
  try {
    return await readTargetSecret(target.name, { keychain, file: job.secretsFile });
  } catch (error) {
    if (error instanceof AtlasError) return null;
    throw error;
  }
}
