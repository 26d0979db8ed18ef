/** Randomness as a value: the only file of the cloud that asks the system for random bytes. */
import { randomBytes } from "node:crypto";

export interface Random {
  bytes(count: number): Uint8Array;
  /** UUIDv7 (RFC 9562 §5.7), as text. */
  uuidv7(): string;
}

export const systemRandom: Random = {
  bytes: (count) => new Uint8Array(randomBytes(count)),
  uuidv7: () => Bun.randomUUIDv7(),
};
