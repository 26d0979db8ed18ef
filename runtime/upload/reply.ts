/** What an answer of the service means for the upload: pure. What is not on the closed list of answers means to wait. */
import { parseSignedCheckpoint } from "../../contracts/checkpoint.ts";
import { type Moment, momentOfHttpDate, momentToIso } from "../../contracts/moment.ts";
import { type Ed25519Verify, type NoteKey, parseNote, vouchersOf } from "../../contracts/note.ts";
import {
  clientAct,
  type Problem,
  type ProblemName,
  problem,
  problemNameOf,
  problemStatus,
  problemTitle,
} from "../../contracts/problem.ts";
import { type Acknowledgement, acknowledgement } from "../../contracts/upload.ts";
import type { uploadIncidents } from "../../contracts/upload-state.ts";
import { sha256 } from "./hashes.ts";

/** What came of a request. */
export type Exchange =
  | {
      got: "reply";
      status: number;
      contentType: string;
      retryAfter: string | null;
      body: Uint8Array;
    }
  /** No answer that could be read. `problem`: a fixed word; `detail`: one line. */
  | { got: "nothing"; problem: string; detail: string };

/** What was sent, as far as an answer can be held against it. */
export type Sent = {
  batchId: string;
  first: number;
  count: number;
  checkpoint: string;
  hasContent: boolean;
};

export type Known = {
  now: Moment;
  /** The hash of an entry of ours; null where there is none. */
  hashOf(seq: number): string | null;
  /** Whose cosignatures are believed; null: nobody's are kept. */
  witness: NoteKey | null;
  verify: Ed25519Verify;
};

export type Incident = (typeof uploadIncidents)[number];

export type Verdict =
  /** `cosigned`: the batch's checkpoint with the witness's line. */
  | { act: "advance"; ack: Acknowledgement; cosigned: string | null }
  | { act: "rewind"; to: number; detail: string }
  | { act: "halve"; bytesMax: number | null; detail: string }
  | { act: "without_content"; detail: string }
  | { act: "wait"; problem: string; detail: string; askedMs: number | null }
  | { act: "stop"; problem: string; detail: string }
  | { act: "incident"; problem: Incident; seq: number; detail: string };

export function judge(exchange: Exchange, sent: Sent, known: Known): Verdict {
  if (exchange.got === "nothing") {
    const { problem: what, detail } = exchange;
    return { act: "wait", problem: what, detail, askedMs: null };
  }
  const { status } = exchange;
  if (status === 202) return judgeTaken(exchange.body, sent, known);
  const told = problemIn(exchange);
  const askedMs = waitOf(exchange.retryAfter, known.now);
  if (told !== null) return judgeProblem(told, sent, { askedMs, known });
  const problem = status >= 300 && status < 400 ? "redirected" : "no-problem";
  const detail = `the service answered with status ${status} and no reason that is known`;
  return { act: "wait", problem, detail, askedMs };
}

function judgeTaken(body: Uint8Array, sent: Sent, known: Known): Verdict {
  const parsed = acknowledgement.safeParse(jsonOf(body));
  if (!parsed.success || parsed.data.batch_id !== sent.batchId) {
    const detail =
      "what answered is no acknowledgement of what was sent; is that the right address?";
    return { act: "wait", problem: "no-acknowledgement", detail, askedMs: null };
  }
  const ack = parsed.data;
  const { acked_seq: seq, acked_hash: hash } = ack;
  // Whoever was never given an entry cannot name its hash: so this holds for more than was sent just now, too.
  if (seq > 0 && known.hashOf(seq) !== hash) {
    const detail = `the service says that it has entry ${seq} with another hash than it has here`;
    return { act: "incident", problem: "false-acknowledgement", seq, detail };
  }
  const cosigned = cosignedBy(ack.cosignature, sent.checkpoint, known);
  if (cosigned !== "false") return { act: "advance", ack, cosigned };
  const detail = "the witness's signature under the checkpoint does not hold";
  return { act: "incident", problem: "false-acknowledgement", seq, detail };
}

/** The note with the witness's line; null when it did not sign, or is not the one that is believed. */
function cosignedBy(
  line: string | null,
  checkpoint: string,
  { witness, verify }: Known,
): string | null {
  if (line === null || witness === null) return null;
  const text = `${checkpoint}${line.endsWith("\n") ? line : `${line}\n`}`;
  const note = parseNote(text);
  // More than a line of a signature would be another note than the one that was sent.
  if (note === null || note.text !== parseSignedCheckpoint(checkpoint)?.note.text) return "false";
  const vouched = vouchersOf(note, [witness], { verify, sha256 });
  if (vouched === null) return "false";
  return vouched.length === 0 ? null : text;
}

type Told = { name: ProblemName; about: Problem };

function problemIn({ status, contentType, body }: Exchange & { got: "reply" }): Told | null {
  if (!/^application\/problem\+json\s*(?:;|$)/i.test(contentType)) return null;
  const about = problem.safeParse(jsonOf(body)).data;
  const name = about === undefined ? null : problemNameOf(about);
  if (about === undefined || name === null || problemStatus(name) !== status) return null;
  return { name, about };
}

function judgeProblem(
  { name, about }: Told,
  sent: Sent,
  { askedMs, known }: { askedMs: number | null; known: Known },
): Verdict {
  const detail = inWords({ name, about }, known.now);
  switch (clientAct(name)) {
    case "retry":
      return { act: "wait", problem: name, detail, askedMs };
    case "tell":
      return { act: "stop", problem: name, detail };
    case "halve":
      return { act: "halve", bytesMax: about.bytes_max ?? null, detail };
    case "without_content":
      if (sent.hasContent) return { act: "without_content", detail };
      return { act: "stop", problem: name, detail: `${detail}, and none was sent` };
    case "incident": {
      const problem = name === "chain-fork" ? name : "inconsistent-checkpoint";
      return { act: "incident", problem, seq: about.seq ?? sent.first, detail };
    }
    case "rewind":
      return judgeGap(about.expected_seq, sent, detail);
  }
}

/** Only entries before those that were sent can be missing. */
function judgeGap(expected: number | undefined, { first }: Sent, detail: string): Verdict {
  if (expected !== undefined && expected >= 1 && expected < first) {
    return { act: "rewind", to: expected - 1, detail };
  }
  const why = `${detail}, but it does not name one (${expected ?? "none"}, and ${first} was sent)`;
  return { act: "wait", problem: "sequence-gap", detail: why, askedMs: null };
}

function inWords({ name, about }: Told, now: Moment): string {
  const said = about.detail === undefined ? "" : `: ${about.detail}`;
  const skew =
    name === "stale-signature" && about.server_time !== undefined
      ? `; the service's clock says ${iso(about.server_time)}, this machine's ${momentToIso(now)}`
      : "";
  const id = about.request_id === undefined ? "" : ` (request ${about.request_id})`;
  return `${problemTitle(name)}${said}${skew}${id}`;
}

const msPerSecond = 1_000;

function iso(seconds: number): string {
  return seconds < 8e12 ? momentToIso(seconds * msPerSecond) : String(seconds);
}

/** `Retry-After` (RFC 9110 §10.2.3) in milliseconds; null when it does not say. */
function waitOf(field: string | null, now: Moment): number | null {
  if (field === null) return null;
  if (/^\d{1,9}$/.test(field.trim())) return Number(field) * msPerSecond;
  const until = momentOfHttpDate(field.trim());
  return until === null ? null : Math.max(0, until - now);
}

function jsonOf(body: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(body));
  } catch {
    return null;
  }
}
