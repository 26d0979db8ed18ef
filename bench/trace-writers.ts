/** Many processes appending to one trace at once: no fork, no gap, nothing lost, no error; and how long an append takes. */
import { mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { openSqliteReader } from "../runtime/trace/sqlite-reader.ts";
import { verifyTrace } from "../runtime/trace/verify.ts";
import { percentile } from "./figure.ts";
import { load } from "./machine.ts";

const { values } = parseArgs({
  options: {
    /** On which disk: an fsync on a memory disk costs nothing and says nothing. */
    folder: { type: "string", default: "." },
    writers: { type: "string", default: "20" },
    seconds: { type: "string", default: "60" },
    /** Between one prompt of a writer and its next; 0: without a pause, so that all wait for all others. */
    pause: { type: "string", default: "100" },
  },
});

type Told = { appended: number; ms: number[] };

const writer = join(import.meta.dir, "..", "runtime", "trace", "writer.example.ts");
const folder = mkdtempSync(join(values.folder, ".bench-writers-"));
const file = join(folder, "trace.db");

async function write(): Promise<Told> {
  const argv = [process.execPath, writer, file, values.seconds, values.pause];
  const child = Bun.spawn(argv, { stdout: "pipe", stderr: "inherit" });
  const [text, code] = await Promise.all([new Response(child.stdout).text(), child.exited]);
  if (code !== 0) throw new Error(`a writer ended with ${code}`);
  // What this repository's own program has just printed.
  return JSON.parse(text) as Told;
}

try {
  const before = load();
  const told = await Promise.all(Array.from({ length: Number(values.writers) }, write));
  const reader = openSqliteReader(file);
  const report = verifyTrace(reader);
  reader.close();
  const appended = told.reduce((sum, one) => sum + one.appended, 0);
  const ms = told.flatMap((one) => one.ms);
  const expected = appended + 1;
  const whole = report.ok && report.entries === expected;
  for (const { message } of report.faults) console.log(message);
  console.log(
    `${values.writers} writers for ${values.seconds} s, a prompt each ${values.pause} ms: ${ms.length} appends of ${appended} entries; p50 ${percentile(ms, 0.5).toFixed(2)} ms, p99 ${percentile(ms, 0.99).toFixed(2)} ms, longest ${Math.max(...ms.map(Math.ceil))} ms; load ${before} before, ${load()} after`,
  );
  console.log(
    whole
      ? `whole: ${report.entries} entries`
      : `NOT whole: ${report.entries} entries of ${expected}`,
  );
  process.exitCode = whole ? 0 : 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
