/** A client written from the specification alone, in another language, is understood; and what it cannot know is refused. */
import { afterEach, beforeEach, expect, test } from "bun:test";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { acknowledgement } from "../../contracts/upload.ts";
import { OutgoingTrace } from "../trace/outgoing.example.ts";
import { openSqliteReader } from "../trace/sqlite-reader.ts";
import { LoopbackService } from "./service.example.ts";

const client = join(import.meta.dir, "..", "..", "contracts", "upload_client.py");

let service: LoopbackService;
beforeEach(async () => {
  service = await LoopbackService.listen();
});
afterEach(async () => await service.close());

/** As `trace export` writes it. */
function exported({ file, folder }: OutgoingTrace): string {
  const reader = openSqliteReader(file);
  const lines = [
    ...reader.entries(),
    ...reader.checkpoints().map(({ note }) => ({ checkpoint: note })),
  ];
  reader.close();
  const path = join(folder, "export.jsonl");
  writeFileSync(path, lines.map((line) => `${JSON.stringify(line)}\n`).join(""));
  return path;
}

async function send(path: string, more: readonly string[] = [], secret = service.secret) {
  const args = [client, path, "--url", service.origin, "--key-id", service.keyId, ...more];
  const child = Bun.spawn(["python3", ...args], {
    stdin: new TextEncoder().encode(`${secret}\n`),
    stdout: "pipe",
    stderr: "pipe",
  });
  const [text, code] = await Promise.all([new Response(child.stdout).text(), child.exited]);
  return { code, lines: text.split("\n").filter((line) => line !== "") };
}

test("what it sends is taken: plain and packed, with content and without, in several batches", async () => {
  const trace = new OutgoingTrace(0);
  for (let count = 0; count < 8; count += 1) {
    trace.session();
    trace.note(110);
  }
  trace.session();
  const path = exported(trace);
  const plain = await send(path);
  expect(plain.code).toBe(0);
  const acks = plain.lines.map((line) => acknowledgement.parse(JSON.parse(line)));
  expect(acks.length).toBeGreaterThan(2);
  expect(acks.every(({ cosignature }) => cosignature !== null)).toBe(true);
  expect(service.hashes).toEqual(trace.hashes);
  const again = await send(path, ["--gzip", "--content"]);
  expect(again.code).toBe(0);
  expect(acknowledgement.parse(JSON.parse(again.lines[0] ?? "")).accepted).toBe(0);
  expect(service.arrived.some(({ text }) => text.includes("Continue?"))).toBe(true);
});

test("with another secret, or an entry changed, it is refused", async () => {
  const trace = new OutgoingTrace(0);
  trace.session();
  const path = exported(trace);
  const wrong = await send(path, [], `${service.secret.slice(0, -1)}x`);
  expect(wrong).toMatchObject({ code: 1 });
  expect(wrong.lines[0]).toContain("/problems/invalid-signature");
  const text = await Bun.file(path).text();
  writeFileSync(path, text.replace('"tool":"bash"', '"tool":"dash"'));
  expect((await send(path)).lines[0]).toContain("/problems/malformed-payload");
  expect(service.taken).toHaveLength(0);
});
