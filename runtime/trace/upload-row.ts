/** How far the trace was sent, as one row of its database tells. */
import type { Moment } from "../../contracts/moment.ts";
import {
  uploadIncidents,
  type UploadTrouble,
  uploadTrouble,
} from "../../contracts/upload-state.ts";
import type { OwnTrace } from "./own-trace.ts";
import type { Connection, SqlRow } from "./sqlite-connection.ts";

/** Where the upload stands. */
export type UploadState = {
  /** Whose acknowledgements these are. */
  cloud: string;
  ackedSeq: number;
  ackedHash: string;
  ackedAt: Moment | null;
  /** The newest checkpoint that the witness has signed, as a note. */
  cosigned: string | null;
  keyExpiresAt: Moment | null;
  trouble: UploadTrouble | null;
};

export type UploadRow = SqlRow & {
  cloud: string;
  acked_seq: number;
  acked_hash: string;
  acked_at: number | null;
  roots: string;
  cosigned: string | null;
  key_expires_at: number | null;
  trouble: string | null;
};

/** Null where nothing was ever sent. */
export function readUpload(connection: Connection): UploadState | null {
  const row = uploadRow(connection);
  if (row === null) return null;
  return {
    cloud: row.cloud,
    ackedSeq: row.acked_seq,
    ackedHash: row.acked_hash,
    ackedAt: row.acked_at,
    cosigned: row.cosigned,
    keyExpiresAt: row.key_expires_at,
    trouble: troubleOf(row.trouble),
  };
}

export function uploadRow(connection: Connection): UploadRow | null {
  const known = "SELECT 1 AS one FROM sqlite_schema WHERE type = 'table' AND name = 'upload'";
  if (connection.rows(known).length === 0) return null;
  return connection.rows<UploadRow>("SELECT * FROM upload")[0] ?? null;
}

/**
 * Another key signs from now on: when the one before ends, and what was wrong with it, is no longer so. An incident stays.
 * Durable on return. Throws what the store throws.
 */
export function forgetKey(trace: Pick<OwnTrace, "upkeep">): void {
  trace.upkeep(({ connection }) => {
    const row = uploadRow(connection);
    if (row === null) return;
    const problem = troubleOf(row.trouble)?.problem;
    connection.run("UPDATE upload SET key_expires_at = NULL");
    if (uploadIncidents.some((one) => one === problem)) return;
    connection.run("UPDATE upload SET trouble = NULL");
  });
}

function troubleOf(json: string | null): UploadTrouble | null {
  try {
    return json === null ? null : (uploadTrouble.safeParse(JSON.parse(json)).data ?? null);
  } catch {
    return null;
  }
}
