/** Each thing that a person does by a command is written down once, with what it is about as content. */
import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { signedHome } from "./cli.example.ts";

async function acts(home: ReturnType<typeof signedHome>) {
  const { out } = await home.run("trace", "tail", "--kind", "operator.acted", "-n", "99", "--json");
  const { entries } = JSON.parse(out);
  return entries.map((entry: { data: { action: string }; content: unknown }) => [
    entry.data.action,
    entry.content,
  ]);
}

test("an export tells of itself, and its file is content", async () => {
  const home = signedHome();
  const file = join(home.folder, "out.jsonl");
  await home.run("trace", "export", "--no-content", "-o", file);
  expect(await acts(home)).toEqual([["export of trace as jsonl, without content", { file }]]);
  const lines = readFileSync(file, "utf8").trimEnd().split("\n");
  const last = lines.filter((line) => line.includes('"seq":')).at(-1) ?? "";
  expect(JSON.parse(last)).toMatchObject({ kind: "operator.acted", content: null });
});

test("of one session its id is named", async () => {
  const home = signedHome();
  const { sessions } = JSON.parse((await home.run("sessions", "list", "--json")).out);
  await home.run("sessions", "export", sessions[0].session_id.slice(0, 30), "--format", "csv");
  const action = `export of session ${sessions[0].session_id} as csv`;
  expect(await acts(home)).toEqual([[action, null]]);
});

test("what was done to the trace itself", async () => {
  const home = signedHome();
  await home.run("trace", "erase", "--seq", "3", "--yes");
  await home.run("trace", "key", "rotate");
  await home.run("trace", "archive", "--before", "2026-01");
  expect(await acts(home)).toEqual([
    ["trace erase from 3 to 3", null],
    ["trace key rotate", null],
    ["trace archive --before 2026-01", null],
  ]);
});
