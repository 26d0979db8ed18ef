/** How far the service's witness has signed the trace, as its newest cosigned checkpoint says. */
import { parseSignedCheckpoint } from "../../../contracts/checkpoint.ts";

/** 0 where it never did. The note was checked before it was kept; `trace verify` does so again. */
export function witnessedTo(cosigned: string | null): number {
  return cosigned === null ? 0 : (parseSignedCheckpoint(cosigned)?.checkpoint.size ?? 0);
}
