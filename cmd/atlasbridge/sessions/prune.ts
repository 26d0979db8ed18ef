/** `sessions prune`: removes recordings that have had their time. */
import { outputFormat } from "../../../contracts/version.ts";
import type { SessionsPruneView } from "../../../contracts/views.ts";
import { systemClock } from "../../../runtime/clock.ts";
import { readConfig } from "../../../runtime/config-file.ts";
import { pruneRecordings } from "../../../runtime/recording/files.ts";
import { type Cli, print } from "../cli.ts";
import { size } from "../layout.ts";
import { withTrace } from "../trace/source.ts";

export async function pruneSessions(cli: Cli, { days }: { days?: number }): Promise<number> {
  const keepDays = days ?? readConfig(cli.paths, cli.environment).recording.keep_days;
  return await withTrace(cli, (trace) => {
    const open = new Set(trace?.openSessions().map(({ sessionId }) => sessionId));
    const removed = pruneRecordings(cli.paths.recordingsFolder, {
      keepDays,
      now: systemClock.now(),
      isOpen: (id) => open.has(id),
    });
    const view: SessionsPruneView = {
      format: outputFormat,
      keep_days: keepDays,
      removed: removed.map(({ sessionId, bytes }) => ({ session_id: sessionId, bytes })),
    };
    const sum = removed.reduce((all, { bytes }) => all + bytes, 0);
    const text = `removed ${removed.length} recordings older than ${keepDays} days (${size(sum)}); their traces stay\n`;
    return print(cli, view, () => text);
  });
}
