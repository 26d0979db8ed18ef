/** Reads from what came of the canary which link of the chain is broken: the first one that is, and nothing after it. Pure. */
import type { Finding } from "../../../contracts/doctor.ts";
import type { ErrorCode } from "../../../contracts/errors.ts";
import { limits } from "../../../contracts/limits.ts";
import type { EntryKind, StoredEntry } from "../../../contracts/trace.ts";
import type { TraceReport } from "../../../contracts/views.ts";
import { canaryHeardOther } from "./canary-tool.ts";
import { reasonOf, sayer, shellWord } from "./finding.ts";

const say = sayer("canary");

/** What came of it, as far as it went. */
export type Song = {
  /** Of the canary's session, as its trace has them; empty where that cannot be read. */
  entries: readonly StoredEntry[];
  report: TraceReport | null;
  /** Why the trace could not be read. */
  unread: string | null;
  /** What `run` said when it did not start the tool. */
  error: { code: ErrorCode | "unknown"; message: string } | null;
  /** It was ended after `limits.canaryMs`. */
  late: boolean;
  tookMs: number;
};

/** Each in the order in which a prompt goes through them. */
const links: readonly ((song: Song) => Finding)[] = [start, detection, policy, injection, trace];

export function linkFindings(song: Song): Finding[] {
  const findings: Finding[] = [];
  for (const link of links) {
    const found = link(song);
    findings.push(found);
    if (found.status === "failed") break;
  }
  return findings;
}

/** It could not even begin. */
export function noHome(folder: string, error: unknown): Finding {
  const detail = `no folder for it could be made: ${reasonOf(error)}`;
  return say.failed({ name: "start", detail }, `ls -ld ${shellWord(folder)}`);
}

type EntryOf<K extends EntryKind> = Extract<StoredEntry, { kind: K }>;

function first<K extends EntryKind>({ entries }: Song, kind: K): EntryOf<K> | undefined {
  return entries.find((one): one is EntryOf<K> => one.kind === kind);
}

const ofTrace: readonly (ErrorCode | "unknown")[] = [
  ...(["trace_unwritable", "trace_locked", "trace_full", "trace_corrupt"] as const),
  ...(["trace_newer", "integrity_broken", "home_unusable"] as const),
];

const ofPolicy: readonly (ErrorCode | "unknown")[] = [
  ...(["policy_invalid", "policy_unreadable", "policy_mismatch"] as const),
];

function start(song: Song): Finding {
  const name = "start";
  const { error, unread, late } = song;
  if (first(song, "session.started") !== undefined) {
    return say.ok(name, "a scripted tool was started in a terminal of its own");
  }
  if (error !== null && ofTrace.includes(error.code)) return brokenTrace(error.message);
  if (error !== null && ofPolicy.includes(error.code)) {
    return say.failed({ name: "policy", detail: error.message }, "atlasbridge policy show");
  }
  // It ended without a word, and left no trace that can be read.
  if (error === null && !late && unread !== null) return brokenTrace(unread);
  const why = error?.message ?? (late ? tooLate : "nothing was recorded of it");
  return say.failed({ name, detail: why }, "atlasbridge run -- true");
}

const tooLate = `it took longer than ${limits.canaryMs / 1_000} s`;

function detection(song: Song): Finding {
  const name = "detection";
  const detected = first(song, "prompt.detected");
  const look = "atlasbridge run -- sh -c 'printf \"Go on? [y/n] \"; read -r a'";
  if (detected === undefined) {
    const late = song.late ? `, and ${tooLate}` : "";
    return say.failed({ name, detail: `its question was not seen${late}` }, look);
  }
  const { prompt_kind: kind, confidence } = detected.data;
  if (kind !== "yes_no") {
    return say.failed({ name, detail: `its question was taken for ${kind}` }, look);
  }
  return say.ok(name, `its question was seen (yes or no, confidence ${confidence})`);
}

function policy(song: Song): Finding {
  const name = "policy";
  const decided = first(song, "decision.made");
  if (decided === undefined) {
    return say.failed({ name, detail: "nothing was decided" }, "atlasbridge policy show");
  }
  const { action, rule_id: rule, reason, layer } = decided.data;
  if (action === "auto_reply" && rule === "canary") {
    return say.ok(name, "its own rule decided to answer y");
  }
  const whose = layer === undefined || layer === "user" ? "" : ` by the ${layer}'s policy`;
  const detail = `it was to be answered, and was decided as ${action}${whose}: ${reason}`;
  return say.failed({ name, detail }, "atlasbridge policy show");
}

function injection(song: Song): Finding {
  const name = "injection";
  const [one, ...more] = song.entries.filter((entry): entry is EntryOf<"reply.injected"> => {
    return entry.kind === "reply.injected";
  });
  const outcome = first(song, "prompt.closed")?.data.outcome ?? "never closed";
  const wrong =
    one === undefined
      ? `y was not typed (${outcome})`
      : more.length > 0
        ? `y was typed ${1 + more.length} times`
        : effectFault(song, outcome);
  if (wrong !== null || one === undefined) {
    const again = "ATLASBRIDGE_KERNEL_EVIDENCE=off atlasbridge doctor --canary";
    return say.failed({ name, detail: wrong ?? "" }, again);
  }
  return say.ok(name, `y was typed once, after ${Math.round(one.data.latency_ms)} ms, and read`);
}

/** What is wrong with what came of the typing; null when the tool read what it was meant to. */
function effectFault(song: Song, outcome: string): string | null {
  const code = first(song, "session.ended")?.data.exit_code ?? null;
  if (code === canaryHeardOther) return "y was typed, and the tool read something else";
  if (outcome !== "answered") return `y was typed, and had no effect (${outcome})`;
  return code === 0 ? null : `y was typed, and the tool ended otherwise (${code ?? "by a signal"})`;
}

function trace(song: Song): Finding {
  const { report, unread, entries, tookMs } = song;
  if (report === null) return brokenTrace(unread ?? "it cannot be read");
  const [fault] = report.faults;
  if (!report.ok) return brokenTrace(fault?.message ?? "it does not verify");
  if (first(song, "session.ended") === undefined)
    return brokenTrace("the session has no end in it");
  const took = `${(tookMs / 1_000).toFixed(1)} s in all`;
  return say.ok("trace", `${entries.length} entries, chained and verified; ${took}`);
}

function brokenTrace(detail: string): Finding {
  return say.failed({ name: "trace", detail }, 'df -h "${TMPDIR:-/tmp}"');
}
