/** `cloud status`: what was sent, what waits and why, as this machine knows it; nobody is asked. */
import { statSync } from "node:fs";
import type { CloudStatusView } from "../../../contracts/upload-state.ts";
import { outputFormat } from "../../../contracts/version.ts";
import { systemClock } from "../../../runtime/clock.ts";
import { traceFiles } from "../../../runtime/trace/sqlite-file.ts";
import type { TraceReader } from "../../../runtime/trace/sqlite-reader.ts";
import { type Cli, print } from "../cli.ts";
import { duration, localTime } from "../layout.ts";
import { withTrace } from "../trace/source.ts";
import { visible } from "../visible.ts";
import { type Enrolled, enrolledIn } from "./enrolled.ts";
import { witnessedTo } from "./witnessed.ts";

export async function showStatus(cli: Cli): Promise<number> {
  return await withTrace(cli, (trace) => {
    const view = statusOf(cli, trace);
    return print(cli, view, () => told(view));
  });
}

export function statusOf(cli: Cli, trace: TraceReader | null): CloudStatusView {
  const enrolled = enrolledIn(cli);
  const view = { ...nothing, disk_bytes: bytesOf(cli.paths.traceFile) };
  const known = trace === null ? view : { ...view, agent_id: trace.agentId };
  if (enrolled === null) return known;
  const settings = {
    enrolled: true,
    url: enrolled.origin,
    key_id: enrolled.key_id,
    content: enrolled.content,
    content_fields: enrolled.content_fields,
    witness: enrolled.witness_key,
    disk_budget_bytes: enrolled.disk_budget_bytes,
  };
  return { ...known, ...settings, ...(trace === null ? {} : progressOf(trace, enrolled)) };
}

const nothing: CloudStatusView = {
  format: outputFormat,
  enrolled: false,
  url: null,
  key_id: null,
  agent_id: null,
  content: null,
  content_fields: {},
  sent: 0,
  waiting: 0,
  last_sent_at: null,
  waiting_since: null,
  trouble: null,
  key_expires_at: null,
  witnessed: 0,
  witness: null,
  disk_bytes: 0,
  disk_budget_bytes: null,
};

function progressOf(trace: TraceReader, { origin }: Enrolled): Partial<CloudStatusView> {
  const state = trace.upload();
  // What another service has had says nothing of this one.
  const isOfThis = state?.cloud === origin;
  const sent = isOfThis ? state.ackedSeq : 0;
  const [oldest] = trace.rows({ afterSeq: sent });
  const waits = {
    sent,
    waiting: Math.max(0, trace.head().seq - sent),
    waiting_since: oldest?.at ?? null,
  };
  if (!isOfThis) return waits;
  return {
    ...waits,
    last_sent_at: state.ackedAt,
    trouble: state.trouble,
    key_expires_at: state.keyExpiresAt,
    witnessed: witnessedTo(state.cosigned),
  };
}

function bytesOf(file: string): number {
  const sizes = traceFiles(file).map((one) => statSync(one, { throwIfNoEntry: false })?.size ?? 0);
  return sizes.reduce((sum, size) => sum + size, 0);
}

function told(view: CloudStatusView): string {
  if (!view.enrolled) {
    return "enrolled nowhere: nothing is sent, and nothing here speaks to a network; see: atlasbridge cloud enroll --help\n";
  }
  const { url, key_id, sent, waiting, trouble, content, witnessed } = view;
  const last = view.last_sent_at === null ? "" : `, last at ${localTime(view.last_sent_at)}`;
  const since =
    view.waiting_since === null ? "" : `, the oldest since ${localTime(view.waiting_since)}`;
  const lines = [
    `enrolled   ${url}, key ${key_id}${expiry(view.key_expires_at)}`,
    `content    ${sayContent(content, view.content_fields)}`,
    `sent       ${sent === 0 ? "nothing yet" : `entries 1 to ${sent}${last}`}`,
    `waiting    ${waiting === 0 ? "nothing" : `${waiting} entries${since}`}`,
    `witness    ${witnessed === 0 ? "has signed nothing yet" : `signed up to entry ${witnessed}`}`,
    `disk       ${mb(view.disk_bytes)} of ${mb(view.disk_budget_bytes ?? 0)}`,
    ...(trouble === null ? [] : [`trouble    ${sayTrouble(trouble)}`]),
  ];
  if (trouble === null && waiting > 0) lines.push("to send it: atlasbridge cloud sync");
  return `${lines.join("\n")}\n`;
}

function sayContent(
  content: CloudStatusView["content"],
  fields: CloudStatusView["content_fields"],
) {
  const single = Object.entries(fields).map(([field, level]) => `${field}: ${level}`);
  const level = content === "none" ? "none, metadata alone" : `${content}`;
  return single.length === 0 ? level : `${level}; ${single.join(", ")}`;
}

function expiry(at: number | null): string {
  if (at === null) return "";
  const left = at - systemClock.now();
  const when = left > 0 ? `stops working in ${duration(left)}` : "has stopped working";
  return `, which ${when} (fetch the next one: atlasbridge cloud rotate-key)`;
}

function sayTrouble({
  at,
  detail,
  problem,
  stopped,
}: NonNullable<CloudStatusView["trouble"]>): string {
  const then = stopped
    ? "nothing more is sent until you have seen to it: atlasbridge cloud sync"
    : "it is kept, and tried again";
  return `${visible(detail)} (${problem}, ${localTime(at)}); ${then}`;
}

const mb = (bytes: number): string => `${(bytes / 1e6).toFixed(bytes < 1e7 ? 1 : 0)} MB`;
