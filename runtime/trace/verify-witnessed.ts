/** Holds a trace against what witnesses have signed of it: their word stands whoever changed the trace and its key. */
import { type Checkpoint, originOf, parseSignedCheckpoint } from "../../contracts/checkpoint.ts";
import { type Frontier, isSame, rootOf } from "../../contracts/merkle.ts";
import { moment, momentToIso } from "../../contracts/moment.ts";
import { type NoteKey, vouchersOf } from "../../contracts/note.ts";
import type { TraceFault, TraceReport } from "../../contracts/views.ts";
import type { CosignatureRow } from "./cosignatures.ts";
import { ed25519Verify } from "./ed25519.ts";
import { sha256Bytes } from "./sha256.ts";

export type WitnessNotes = {
  /** Those that are trusted. */
  known: readonly NoteKey[];
  /** Had from elsewhere, as a witness gives them out: signed notes. */
  notes: readonly string[];
};

/** The tree of the entries so far; null where nothing can be said of it. */
type SignedTree = { readonly size: number; frontier(): Frontier | null };

const none: readonly TraceFault[] = [];

type Claim = { checkpoint: Checkpoint; by: string; atSeconds: number };

export class Witnessed {
  readonly #claims: Claim[] = [];
  readonly #faults: TraceFault[] = [];
  readonly #to = new Map<string, number>();
  #next = 0;

  constructor(rows: readonly CosignatureRow[], { known, notes }: WitnessNotes) {
    const kept = rows.map(({ note, size, witness }) => ({ note, size, witness }));
    const given = notes.map((note) => ({ note, size: null, witness: null }));
    for (const one of [...kept, ...given]) this.#take(one, known);
    this.#claims.sort((a, b) => a.checkpoint.size - b.checkpoint.size);
  }

  /** How far each of the witnesses that are trusted vouches for the trace. */
  get to(): TraceReport["witnesses"] {
    return [...this.#to].map(([name, to_seq]) => ({ name, to_seq }));
  }

  /** To be asked behind each entry. */
  see(signed: SignedTree, agent: string): readonly TraceFault[] {
    const next = this.#claims[this.#next]?.checkpoint.size ?? Number.POSITIVE_INFINITY;
    return next > signed.size ? none : [...this.#due(signed, agent)];
  }

  *#due(signed: SignedTree, agent: string): Generator<TraceFault> {
    const { size } = signed;
    const tree = signed.frontier();
    const root = tree === null ? null : rootOf(tree, sha256Bytes);
    for (let claim = this.#claims[this.#next]; claim !== undefined; ) {
      const { checkpoint, by } = claim;
      if (checkpoint.size > size) return;
      if (checkpoint.origin !== originOf(agent)) {
        yield invalid(checkpoint.size, `what the witness ${by} signed is of another trace`);
      } else if (checkpoint.size === size && root !== null) {
        if (isSame(checkpoint.root, root)) this.#to.set(by, size);
        else yield contradicted(claim, this.#to.get(by) ?? 0);
      }
      this.#next += 1;
      claim = this.#claims[this.#next];
    }
  }

  *finish(entries: number): Generator<TraceFault> {
    yield* this.#faults;
    for (const { checkpoint, by, atSeconds } of this.#claims.slice(this.#next)) {
      const message = `the witness ${by} signed ${checkpoint.size} entries at ${iso(atSeconds)}, and there are ${entries}: the others were cut off, or an older copy was put back`;
      yield { seq: entries + 1, fault: "truncated", message };
    }
  }

  #take({ note, size, witness }: Said, known: readonly NoteKey[]): void {
    const asked = witness === null ? known : known.filter(({ name }) => name === witness);
    // One who is no longer trusted says nothing any more.
    if (asked.length === 0 && witness !== null) return;
    const claims = claimsOf(note, asked).filter(({ checkpoint }) => {
      return size === null || checkpoint.size === size;
    });
    this.#claims.push(...claims);
    if (claims.length > 0) return;
    const whose = witness === null ? "a note that was given" : `the note of the witness ${witness}`;
    this.#faults.push(invalid(size ?? 1, `${whose} is not signed by a witness that is trusted`));
  }
}

/** `size` and `witness`: as the trace files it; null for a note from elsewhere. */
type Said = { note: string; size: number | null; witness: string | null };

function claimsOf(note: string, known: readonly NoteKey[]): Claim[] {
  const signed = parseSignedCheckpoint(note);
  if (signed === null) return [];
  const { checkpoint } = signed;
  const vouched = vouchersOf(signed.note, known, { verify: ed25519Verify, sha256: sha256Bytes });
  return (vouched ?? []).map(({ by, atSeconds }) => {
    return { checkpoint, by: by.name, atSeconds: atSeconds ?? 0 };
  });
}

function invalid(size: number, message: string): TraceFault {
  return { seq: Math.max(1, size), fault: "cosignature_invalid", message };
}

function contradicted({ checkpoint, by, atSeconds }: Claim, to: number): TraceFault {
  const message = `the witness ${by} signed other entries 1 to ${checkpoint.size} at ${iso(atSeconds)} than those that are here: entries ${to + 1} to ${checkpoint.size} were written anew`;
  return { seq: to + 1, fault: "witness_contradicted", message };
}

const msPerSecond = 1_000;

function iso(seconds: number): string {
  const ms = seconds * msPerSecond;
  return moment.safeParse(ms).success ? momentToIso(ms) : String(seconds);
}
