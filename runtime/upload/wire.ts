/** Entries of the trace as they are written for the service: each with its own MAC, and with what may be shown of its content. */
import { entryMac } from "../../contracts/signature.ts";
import type { Outgoing } from "../trace/outgoing.ts";
import type { SigningKey } from "./cloud.ts";
import type { Shown } from "./content.ts";
import { hmacSha256 } from "./hashes.ts";
import type { Waiting } from "./outbox.ts";

export type Wire = {
  key: () => SigningKey;
  /** What of a content is shown; null: nothing. */
  show: (content: unknown) => Shown | null;
};

/** The entries after `seq`, read as they are asked for. Throws what reading throws. */
export function* waitingEntries(
  outgoing: Outgoing,
  seq: number,
  { key, show }: Wire,
): Generator<Waiting> {
  const { secret } = key();
  const { agentId } = outgoing;
  for (const row of outgoing.after(seq)) {
    const { content, salt, ...hashed } = row;
    const shown = content === null ? null : show(JSON.parse(content));
    const mac = entryMac(agentId, row, { secret, hmac: hmacSha256 });
    const beside = shown === null ? {} : besideOf(shown, salt);
    const text = JSON.stringify({ ...hashed, data: JSON.parse(row.data), mac, ...beside });
    yield { seq: row.seq, hash: row.hash, text, hasContent: shown !== null };
  }
}

/** The salt proves the content that was committed to, and would prove nothing of any other. */
function besideOf({ content, isWhole }: Shown, salt: string | null): object {
  return isWhole && salt !== null ? { content, salt } : { shown: content };
}
