/** Keeps a trace that cannot be sent within its budget, and tells the operator what that took. */
import { makeRoom } from "../../../runtime/trace/room.ts";
import type { OwnTrace } from "../../../runtime/trace/own-trace.ts";
import { archiveFolder } from "../../../runtime/trace/sqlite-reader.ts";
import type { Cli } from "../cli.ts";
import { ownRedactor } from "../redaction.ts";
import { openOwnStore } from "../trace/own-store.ts";
import { openTrace } from "../trace/source.ts";
import { type Enrolled, enrolledIn } from "./enrolled.ts";

/** `sentTo`: up to which entry the service has them. */
type Room = { enrolled: Enrolled; store: OwnTrace; sentTo: () => number };

export function roomMaker(cli: Cli, { enrolled, store, sentTo }: Room): () => void {
  const { content, content_fields: fields, disk_budget_bytes: budgetBytes } = enrolled;
  const isShared = [content, ...Object.values(fields)].some((level) => level !== "none");
  const archives = archiveFolder(cli.paths.traceFile);
  let isTold = false;
  return () => {
    const room = { budgetBytes, sentTo: isShared ? sentTo() : null, archives };
    const { erased, isEnough } = makeRoom(store, room);
    if (erased > 0) cli.note(`warning: ${erasedFor(erased)}`);
    if (isEnough || isTold) return;
    isTold = true;
    cli.note(`warning: the trace is larger than cloud.disk_budget_bytes allows, ${whatNext}`);
  };
}

/** Once, while nothing is sent until the operator has acted. Throws what the store throws. */
export function keepRoom(cli: Cli): void {
  const enrolled = enrolledIn(cli);
  if (enrolled === null) return;
  const store = openOwnStore(cli, ownRedactor(cli), { create: false });
  const reader = openTrace(cli);
  try {
    const upload = reader?.upload() ?? null;
    const sentTo = upload?.cloud === enrolled.origin ? upload.ackedSeq : 0;
    roomMaker(cli, { enrolled, store, sentTo: () => sentTo })();
  } finally {
    reader?.close();
    store.close();
  }
}

const erasedFor = (entries: number): string =>
  `it cannot be sent, and has grown beyond cloud.disk_budget_bytes: the content of its ${entries} oldest entries that had any was erased`;
const whatNext = "and has no content left to erase; see: atlasbridge trace archive --help";
