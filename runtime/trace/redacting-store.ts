/** A trace store that nothing reaches but what has been redacted. */
import type { Redactor } from "./redact.ts";
import { redactDrafts } from "./redact/drafts.ts";
import type { TraceStore } from "./store.ts";

/** The same store; whatever is appended passes the redactor first. */
export function redactingStore(store: TraceStore, redactor: Redactor): TraceStore {
  return {
    get agentId() {
      return store.agentId;
    },
    append: (drafts, options) => store.append(redactDrafts(drafts, redactor), options),
    entries: (query) => store.entries(query),
    waitAtMost: (busyMs) => store.waitAtMost(busyMs),
    head: () => store.head(),
    openSessions: () => store.openSessions(),
    note: (sessionId, activity) => store.note(sessionId, activity),
    recover: (isGone) => store.recover(isGone),
    close: () => store.close(),
  };
}
