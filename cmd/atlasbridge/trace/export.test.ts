/** An export can be read by others: a second implementation of the format, in another language, checks it and finds changes. */
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "bun:test";
import { storedEntryView } from "../../../contracts/views.ts";
import * as draft from "../../../runtime/trace/drafts.example.ts";
import { change } from "../../../runtime/trace/verified.example.ts";
import { Home, signedHome } from "./cli.example.ts";

const checker = join(import.meta.dir, "..", "..", "..", "contracts", "verify_export.py");
const python = Bun.which("python3");

async function exported(home: Home, ...args: string[]): Promise<string[]> {
  const { code, out } = await home.run("trace", "export", ...args);
  expect(code).toBe(0);
  return out.trimEnd().split("\n");
}

function checked(home: Home, lines: readonly string[], ...args: string[]) {
  const file = join(home.folder, "export.jsonl");
  writeFileSync(file, `${lines.join("\n")}\n`);
  const { exitCode, stdout } = Bun.spawnSync(["python3", checker, file, ...args]);
  return { code: exitCode, said: stdout.toString() };
}

/** Without the last entry, by which the export tells of itself. */
const asBefore = (lines: string[]): string[] => lines.filter((line) => !line.includes('"seq":23,'));

describe("jsonl", () => {
  test("holds every entry as it is, and what was signed", async () => {
    const lines = await exported(signedHome());
    const parsed = lines.map((line) => JSON.parse(line));
    const entries = parsed.filter((one) => "seq" in one);
    expect(entries.map((one) => storedEntryView.parse(one)["seq"])).toEqual(
      Array.from({ length: 23 }, (_, at) => at + 1),
    );
    expect(parsed.slice(23).map((one) => Object.keys(one))).toEqual([
      ["checkpoint"],
      ["checkpoint"],
      ["checkpoint"],
    ]);
  });

  test("of one session holds that one's entries, and without content none of it", async () => {
    const home = signedHome();
    const [, , started = ""] = await exported(home);
    const { session_id: id } = JSON.parse(started);
    const lines = await exported(home, "--session", id, "--no-content");
    expect(lines).toHaveLength(10);
    expect(JSON.parse(lines[0] ?? "")).toMatchObject({ kind: "session.started", content: null });
    expect((await exported(home, "--no-content")).join("")).not.toContain("Continue?");
  });
});

test("csv is a row for each entry, and no field of it is a formula", async () => {
  const home = new Home();
  const store = home.store();
  const sessionId = draft.newSession();
  store.append([draft.started("=cmd()", "=1+1")], { sessionId, opens: draft.someHolder });
  store.append([draft.ended()], { sessionId });
  store.close();
  const [head, ...rows] = await exported(home, "--format", "csv");
  expect(head).toBe("seq,at,session_id,kind,data,content,hash");
  expect(rows).toHaveLength(5);
  for (const row of rows) expect(row).not.toMatch(/(?:^|,)[=+@-]/);
});

test("without a trace there is nothing to export", async () => {
  expect(await new Home().run("trace", "export")).toMatchObject({ code: 1 });
});

test("the second implementation is small, and needs nothing but Python", () => {
  const lines = readFileSync(checker, "utf8").trimEnd().split("\n");
  expect(lines.length).toBeLessThanOrEqual(150);
  const imports = lines.filter((line) => /^(?:import|from) /.test(line));
  expect(imports).toEqual(["import base64", "import hashlib", "import json", "import sys"]);
});

// Skipped where there is no Python 3.
describe.skipIf(python === null)("the second implementation, of what was done to a trace", () => {
  test("finds erased content, changed keys and archives whole, and says what is not there", async () => {
    const home = signedHome();
    await home.run("trace", "erase", "--seq", "1..12", "--yes");
    await home.run("trace", "key", "rotate");
    home.session();
    const whole = checked(home, await exported(home));
    expect(whole).toMatchObject({ code: 0 });
    home.archive();
    const lines = await exported(home);
    const all = checked(home, lines);
    expect(all.code).toBe(0);
    rmSync(home.archives[0] ?? "");
    const rest = checked(home, await exported(home));
    expect(rest).toMatchObject({ code: 0 });
    expect(rest.said).toMatch(/\nentries 1 to \d+ are in an archive, and not in this export\n/);
    const signedTo = (said: string) => /signed to entry (\d+)/.exec(said)?.[1];
    expect(signedTo(rest.said)).toBe(signedTo(all.said) ?? "none");
    rmSync(`${home.folder}/agent.key`);
    await home.run("trace", "key", "rotate", "--lost");
    expect(checked(home, await exported(home)).said).toContain("in place of one that was lost");
  });

  const damages: Record<string, { damage: (lines: string[]) => string[]; said: string }> = {
    "content taken out without a word": {
      damage: (lines) =>
        lines.map((line) =>
          line.includes('"seq":14,')
            ? JSON.stringify({ ...JSON.parse(line), content: null, salt: null })
            : line,
        ),
      said: "its content is missing, and no entry says that it was erased",
    },
    "the entry that says it was erased made to say less": {
      damage: (lines) => lines.map((line) => line.replace('"to_seq":8', '"to_seq":3')),
      said: "was changed",
    },
    "the old key's signature on the new one taken away": {
      damage: (lines) =>
        lines.map((line) => {
          const note = line.includes("checkpoint") ? JSON.parse(line).checkpoint : "";
          const [, text = "", , last = ""] =
            /^([^]*\n\n)(— [^\n]*\n)(— [^\n]*\n)$/.exec(note) ?? [];
          return text === "" ? line : JSON.stringify({ checkpoint: text + last });
        }),
      said: "brings in a key that the one before it has not signed for",
    },
  };
  for (const [name, { damage, said }] of Object.entries(damages)) {
    test(`finds ${name}`, async () => {
      const home = signedHome();
      await home.run("trace", "erase", "--seq", "3..9", "--yes");
      await home.run("trace", "key", "rotate");
      home.session();
      const lines = await exported(home);
      expect(checked(home, [...lines]).code).toBe(0);
      const found = checked(home, damage([...lines]));
      expect(found).toMatchObject({ code: 4, said: expect.stringContaining(said) });
    });
  }

  test("finds content put back that was erased", async () => {
    const home = signedHome();
    const isFourth = (line: string): boolean => line.includes('"seq":4,');
    const before = (await exported(home)).find(isFourth) ?? "";
    await home.run("trace", "erase", "--seq", "3..9", "--yes");
    const lines = (await exported(home)).map((line) => (isFourth(line) ? before : line));
    const said = expect.stringContaining("entry 4: its content is here, though it was erased");
    expect(checked(home, lines)).toMatchObject({ code: 4, said });
  });

  test("finds an archived part left out, and one whose tree was changed", async () => {
    const home = signedHome();
    home.archive();
    rmSync(home.archives[0] ?? "");
    const lines = await exported(home);
    const isPart = (line: string): boolean => line.startsWith('{"archived"');
    expect(lines.filter(isPart)).toHaveLength(1);
    expect(
      checked(
        home,
        lines.filter((line) => !isPart(line)),
      ).code,
    ).toBe(4);
    const root = JSON.parse(lines.find(isPart) ?? "").archived.roots[0];
    const forged = lines.map((line) => line.replace(root, "00".repeat(32)));
    expect(checked(home, forged)).toMatchObject({ code: 4 });
  });
});

// Skipped where there is no Python 3.
describe.skipIf(python === null)("the second implementation", () => {
  test("finds our export whole, to the same entry and by the same key", async () => {
    const home = signedHome();
    const { out } = await home.run("trace", "verify", "--json");
    const { report } = JSON.parse(out);
    const { code, said } = checked(home, asBefore(await exported(home)), "--key", report.key);
    expect({ code, said }).toMatchObject({ code: 0 });
    expect(said).toStartWith("whole: 22 entries, signed to entry 22 in 3 checkpoints, root ");
    const [, , root] = readFileSync(`${home.traceFile}.checkpoint`, "utf8").split("\n");
    expect(said.trimEnd()).toEndWith(Buffer.from(root ?? "", "base64").toString("hex"));
  });

  test("finds it whole without its content", async () => {
    const home = signedHome();
    expect(checked(home, await exported(home, "--no-content")).code).toBe(0);
  });

  const attacks: Record<string, (lines: string[]) => string[]> = {
    "a field changed": (lines) => lines.map((line) => line.replace('"bytes":2', '"bytes":3')),
    "content changed": (lines) => lines.map((line) => line.replace("Continue?", "Delete?")),
    "an entry removed": (lines) => lines.toSpliced(4, 1),
    "the first entry removed": (lines) => lines.slice(1),
    "two entries swapped": (lines) => lines.toSpliced(4, 2, lines[5] ?? "", lines[4] ?? ""),
    "the end cut off": (lines) => lines.toSpliced(21, 1),
    "a checkpoint of another trace": (lines) =>
      lines.map((line) =>
        line.includes("checkpoint") ? line.replace("trace/0", "trace/1") : line,
      ),
    "a signature changed": (lines) =>
      lines.map((line) =>
        line.includes("checkpoint") ? line.replace(/.{8}\\n"}$/, 'AAAAAAA=\\n"}') : line,
      ),
  };
  for (const [name, attack] of Object.entries(attacks)) {
    test(`finds ${name}`, async () => {
      const home = signedHome();
      const lines = await exported(home);
      expect(attack([...lines])).not.toEqual(lines);
      expect(checked(home, attack([...lines]))).toMatchObject({ code: 4 });
    });
  }

  test("finds a trace that was written anew, with its checkpoints removed, by the key that is known", async () => {
    const [home, other] = [signedHome(), signedHome()];
    const { out } = await home.run("trace", "verify", "--json");
    const { code, said } = checked(
      home,
      await exported(other),
      "--key",
      JSON.parse(out).report.key,
    );
    expect({ code, said }).toMatchObject({ code: 4 });
  });

  test("finds what was changed in the database before it was exported", async () => {
    const home = signedHome();
    change(home.traceFile, "UPDATE entries SET at = at + 1 WHERE seq = 9");
    expect(checked(home, await exported(home)).said).toStartWith("broken: entry 9 was changed");
  });
});
