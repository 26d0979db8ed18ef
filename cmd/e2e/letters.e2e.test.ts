/** What is said can be read by whoever listens: without colours, by a screen reader, in other alphabets, without UTF-8. */
import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import { stripVTControlCharacters } from "node:util";
import { piped, seatedRun } from "./start.ts";
import { World } from "./world.ts";

setDefaultTimeout(60_000);

/** Wide letters, letters with accents, and a question in another language. */
const labels = ["日本語", "über", "plain"];
const asks = 'printf "続けますか? [y/n] "; read answer';

let world: World;
beforeAll(async () => {
  world = new World();
  for (const label of labels) {
    await piped(world, ["run", "--headless", "--label", label, "--", "sh", "-c", asks]);
  }
});
afterAll(() => world[Symbol.asyncDispose]());

const listings = [
  ["sessions", "list"],
  ["trace", "tail"],
  ["doctor"],
  ["config", "list"],
  ["trace", "verify"],
];

/** What the terminal was shown: one that has colours, whatever these tests are run in. */
async function onTerminal(args: readonly string[], env: Record<string, string>): Promise<string> {
  const seat = seatedRun(world, args, { TERM: "xterm-256color", NO_COLOR: "", ...env });
  await seat.ended;
  return seat.shown().replaceAll("\r\n", "\n");
}

test("nothing is said by colour alone: with NO_COLOR the same words stand there, and no escape", async () => {
  for (const args of [listings[0] ?? [], listings[1] ?? []]) {
    const coloured = await onTerminal(args, {});
    const bare = await onTerminal(args, { NO_COLOR: "1" });
    expect(coloured).toContain("\x1b");
    expect(stripVTControlCharacters(coloured)).toBe(bare);
    expect(bare).not.toContain("\x1b");
  }
});

test("for a screen reader each cell is a line under its name, whole, and nothing is drawn", async () => {
  const shown = await onTerminal(["sessions", "list", "--plain"], { COLUMNS: "40" });
  expect(shown).toMatch(/^id: [0-9a-f-]+\ntool: sh\n/);
  for (const label of labels) expect(shown).toContain(`label: ${label}\n`);
  expect(shown).not.toContain("\x1b");
  expect(shown.split("\n\n")).toHaveLength(labels.length);
  const doctor = await onTerminal(["doctor"], { ATLASBRIDGE_PLAIN: "1" });
  for (const sign of ["\x1b", "→"]) expect(doctor).not.toContain(sign);
  expect(await onTerminal(["console", "--plain"], {})).toContain("atlasbridge prompts list");
});

test("columns stand under their headings, whatever the letters are", async () => {
  const { stdout } = await piped(world, ["sessions", "list"]);
  const lines = stdout.trimEnd().split("\n");
  const [heading = "", ...rows] = lines;
  const at = Bun.stringWidth(heading.slice(0, heading.indexOf("LABEL")));
  for (const [row, label] of rows.map((one, place) => [one, labels.toReversed()[place] ?? ""])) {
    expect(Bun.stringWidth((row ?? "").split(label ?? "")[0] ?? "")).toBe(at);
  }
});

test("where the locale is not UTF-8 all is ASCII, help and errors too; JSON stays what it is", async () => {
  const env = { LC_ALL: "C" };
  for (const args of [
    ...listings,
    ["--help"],
    ["sessions", "replay", "--help"],
    ["sesions", "→"],
  ]) {
    const { stdout, stderr } = await piped(world, args, { env });
    expect(stdout + stderr).toMatch(/^[\n\x20-\x7e]+$/);
  }
  const { stdout } = await piped(world, ["sessions", "list"], { env });
  expect(stdout).toContain("uber");
  const json = await piped(world, ["sessions", "list", "--json"], { env });
  expect(json.stdout).toContain("日本語");
  const unsaid = await piped(world, ["sessions", "list"], { env: { LC_ALL: "", LANG: "" } });
  expect(unsaid.stdout).toContain("日本語");
});
