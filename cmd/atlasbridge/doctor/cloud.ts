/** How the upload stands: where this machine is enrolled, what waits and why, and until when its key serves. */
import type { Finding } from "../../../contracts/doctor.ts";
import type { CloudStatusView } from "../../../contracts/upload-state.ts";
import type { Moment } from "../../../contracts/moment.ts";
import { readConfig } from "../../../runtime/config-file.ts";
import { systemClock } from "../../../runtime/clock.ts";
import type { Cli } from "../cli.ts";
import { duration } from "../layout.ts";
import { withTrace } from "../trace/source.ts";
import { reasonOf, sayer } from "./finding.ts";

const say = sayer("cloud");

/** Whoever has no cloud loads nothing that could speak to one. */
export async function cloudFindings(cli: Cli): Promise<Finding[]> {
  try {
    if (readConfig(cli.paths, cli.environment).cloud.url === null) {
      return [say.ok("upload", "enrolled nowhere: nothing leaves this machine")];
    }
    const { statusOf } = await import("../cloud/status.ts");
    const view = await withTrace(cli, (trace) => statusOf(cli, trace));
    return uploadFindings(view, systemClock.now());
  } catch (error) {
    return [say.failed({ name: "upload", detail: reasonOf(error) }, "atlasbridge cloud status")];
  }
}

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

export function uploadFindings(view: CloudStatusView, now: Moment): Finding[] {
  return [sending(view, now), ...key(view, now)];
}

function sending(view: CloudStatusView, now: Moment): Finding {
  const name = "upload";
  const { url, sent, waiting, waiting_since: since, trouble } = view;
  const waits = `${sent} entries sent to ${url}, ${waiting} wait`;
  if (trouble?.stopped === true) {
    return say.failed({ name, detail: `stopped: ${trouble.detail}; ${waits}` }, sync);
  }
  if (trouble !== null) {
    return say.warning(
      { name, detail: `${trouble.detail}; ${waits}, and it is tried again` },
      sync,
    );
  }
  if (since !== null && now - since > dayMs) {
    return say.warning({ name, detail: `${waits}, the oldest for ${duration(now - since)}` }, sync);
  }
  return say.ok(name, waits);
}

const sync = "atlasbridge cloud sync";

function key({ key_id: id, key_expires_at: at }: CloudStatusView, now: Moment): Finding[] {
  const name = "upload key";
  const rotate = "atlasbridge cloud rotate-key";
  if (at === null) return [];
  if (at <= now) return [say.failed({ name, detail: `${id} has stopped working` }, rotate)];
  const detail = `${id} stops working in ${duration(at - now)}`;
  return [at - now < 7 * dayMs ? say.warning({ name, detail }, rotate) : say.ok(name, detail)];
}
