/** Errors about a trace itself, told apart from those that pass: a lock, a full disk, somebody else's file. */
import { AtlasError } from "../../contracts/errors.ts";
import type { PreviousTrace } from "../../contracts/trace.ts";

const whatNext =
  'the next session sets it aside, whole, and begins a new one; "atlasbridge trace verify" tells how much of it is sound';

/** `in`: the archive's file, where it is one of its parts. */
type Finding = { why: PreviousTrace["why"]; found: string; in?: "archive" };

const whatNextOfArchive =
  'put a copy of it back, or move it away: "atlasbridge trace verify --without-archives" then checks the rest';

/** It is ours, and cannot be gone on with. */
export class TraceBroken extends AtlasError {
  readonly why: PreviousTrace["why"];
  /** What was found, as part of a sentence. */
  readonly found: string;

  constructor(file: string, { why, found, in: part }: Finding, options?: ErrorOptions) {
    const how = why === "damaged" ? "is damaged" : "was tampered with";
    const next = part === undefined ? whatNext : whatNextOfArchive;
    super("trace_corrupt", `the ${part ?? "trace"} ${file} ${how}: ${found}; ${next}`, options);
    this.why = why;
    this.found = part === undefined ? found : `the archive ${file}: ${found}`;
  }
}

/** Its file was moved or deleted: what is written now, nobody will find. */
export class TraceGone extends AtlasError {
  constructor(file: string) {
    const message = `the trace ${file} was moved or deleted while in use; put it back, or restart to begin a new one`;
    super("trace_unwritable", message);
  }
}

/** Nothing was stored, and the trace is another one now, which knows nothing of this session yet. */
export class TraceSetAside extends AtlasError {}
