/** The parts of a trace that lie in files of their own: which are there, and whether the trace goes on where they end. */
import { type Frontier, isSame } from "../../contracts/merkle.ts";
import type { TraceFault, TraceReport } from "../../contracts/views.ts";
import type { Archive } from "./archives.ts";
import { parseText } from "./row-check.ts";
import type { EntryRow } from "./sqlite-rows.ts";
import type { TraceRows } from "./sqlite-reader.ts";

const none: readonly Archive[] = [];

export class Elsewhere {
  readonly #all: readonly Archive[];
  readonly #bySeq: ReadonlyMap<number, Archive>;
  readonly #missing: readonly Archive[];
  readonly #isExcused: boolean;
  readonly #announced = new Set<string>();
  #nextMissing = 0;

  /** `isExcused`: what is missing is no fault. */
  constructor(trace: Pick<TraceRows, "rows" | "archives" | "missing">, isExcused: boolean) {
    this.#all = trace.archives();
    this.#bySeq = new Map(this.#all.map((archive) => [archive.toSeq, archive]));
    this.#missing = trace.missing();
    this.#isExcused = isExcused;
    if (this.#all.length === 0) return;
    for (const { data } of trace.rows({ kinds: ["trace.archived"] })) this.#learn(data);
  }

  get archives(): TraceReport["archives"] {
    return this.#all.map((archive) => ({
      file: archive.file,
      from_seq: archive.fromSeq,
      to_seq: archive.toSeq,
      state: this.#missing.includes(archive) ? "missing" : "checked",
    }));
  }

  /** Those that are not there and lie between the entry that was told last and this one. */
  before(seq: number): readonly Archive[] {
    const from = this.#nextMissing;
    let next = this.#missing[from];
    if (next === undefined || next.toSeq >= seq) return none;
    while (next !== undefined && next.toSeq < seq) {
      this.#nextMissing += 1;
      next = this.#missing[this.#nextMissing];
    }
    return this.#missing.slice(from, this.#nextMissing);
  }

  /** At the last entry of an archive the trace must stand where it says that it goes on. */
  see(
    { seq, hash }: Pick<EntryRow, "seq" | "hash">,
    signed: { readonly publicKey: string | null; frontier(): Frontier | null },
  ): TraceFault | null {
    const archive = this.#bySeq.get(seq);
    if (archive === undefined) return null;
    const tree = signed.frontier();
    const { roots } = archive.tree;
    const isTree =
      roots.length === tree?.roots.length &&
      roots.every((root, at) => isSame(root, tree.roots[at] ?? new Uint8Array(0)));
    // What is written next is signed by the key that stands here.
    const isKey = archive.publicKey === signed.publicKey;
    if (isTree && isKey && hash === archive.hash) return null;
    const message = `the archive ${archive.file} does not end as the trace says: one of the two was changed`;
    return { seq, fault: "archive_mismatch", message };
  }

  *finish(): Generator<TraceFault> {
    for (const { file, fromSeq, toSeq } of this.#isExcused ? [] : this.#missing) {
      const message = `entries ${fromSeq} to ${toSeq} are in the archive ${file}, which is not there; put it back, or leave archives out: atlasbridge trace verify --without-archives`;
      yield { seq: fromSeq, fault: "archive_missing", message };
    }
    for (const { file, fromSeq, toSeq } of this.#all) {
      if (this.#announced.has(`${fromSeq} ${toSeq} ${file}`) || this.#mayBeUnseen(toSeq)) continue;
      const message = `entries ${fromSeq} to ${toSeq} are said to be in the archive ${file}, and no entry says so`;
      yield { seq: fromSeq, fault: "archive_mismatch", message };
    }
  }

  /** The entry that says so may itself be in an archive that is not there. */
  #mayBeUnseen(toSeq: number): boolean {
    return this.#missing.some((archive) => archive.toSeq > toSeq);
  }

  #learn(text: string): void {
    const data = parseText(text);
    if (!data.json || typeof data.value !== "object" || data.value === null) return;
    const { from_seq, to_seq, file } = { from_seq: 0, to_seq: 0, file: "", ...data.value };
    this.#announced.add(`${String(from_seq)} ${String(to_seq)} ${String(file)}`);
  }
}
