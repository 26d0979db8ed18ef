/** Entries of old months lie in files of their own, and every command finds and proves them as before. */
import { describe, expect, test } from "bun:test";
import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { entryProof } from "../../../contracts/proof.ts";
import { traceArchiveView, traceEraseView } from "../../../contracts/views.ts";
import { Home, signedHome } from "./cli.example.ts";

/** One whose first 22 entries are in an archive, with another session behind them. */
function archivedHome(): Home {
  const home = signedHome();
  home.archive();
  return home;
}

describe("archived entries", () => {
  test("are shown, listed, exported and proved like the others", async () => {
    const home = archivedHome();
    expect((await home.run("trace", "show", "4")).out).toContain("matches its commitment");
    expect((await home.run("sessions", "list", "--json")).out.match(/"session_id"/g)).toHaveLength(
      3,
    );
    const exported = (await home.run("trace", "export")).out.split("\n");
    expect(exported.filter((line) => line.includes('"seq":'))).toHaveLength(34);
    const elsewhere = new Home();
    for (let seq = 1; seq <= 33; seq += 1) {
      const { code, out } = await home.run("trace", "prove", String(seq), "--content");
      expect({ seq, code }).toEqual({ seq, code: 0 });
      const file = join(home.folder, "proof.json");
      writeFileSync(file, out);
      const { key } = entryProof.parse(JSON.parse(out));
      const checked = await elsewhere.run("trace", "verify", "--proof", file, "--key", key);
      expect(checked.code).toBe(0);
    }
  });

  test("whose archive is elsewhere are named with it; the others are proved without it", async () => {
    const home = archivedHome();
    const [archive = ""] = home.archives;
    renameSync(archive, `${archive}.away`);
    const missing = expect.stringContaining("entry 4 is in the archive");
    expect(await home.run("trace", "show", "4")).toMatchObject({ code: 1, error: missing });
    expect(await home.run("trace", "prove", "4")).toMatchObject({ code: 1, error: missing });
    expect((await home.run("trace", "prove", "30")).code).toBe(0);
    const verified = await home.run("trace", "verify");
    expect(verified).toMatchObject({ code: 4, out: expect.stringContaining("which is not there") });
    const rest = await home.run("trace", "verify", "--without-archives");
    expect(rest).toMatchObject({ code: 0, out: expect.stringContaining("they were not checked") });
    renameSync(`${archive}.away`, archive);
    expect((await home.run("trace", "verify")).code).toBe(0);
    expect((await home.run("trace", "prove", "4")).code).toBe(0);
  });
});

describe("trace archive", () => {
  test("leaves the current month, says what it did, and is written down", async () => {
    const home = signedHome();
    const month = new Date(Date.now()).toISOString().slice(0, 7);
    const { code, out } = await home.run("trace", "archive", "--before", month, "--json");
    expect(code).toBe(0);
    expect(traceArchiveView.parse(JSON.parse(out))).toMatchObject({ archives: [], held_by: null });
    expect((await home.run("trace", "tail", "-n", "1")).out).toContain(
      `trace archive --before ${month}`,
    );
    for (const wrong of ["2026", "2026-13", "9998-01"]) {
      expect((await home.run("trace", "archive", "--before", wrong)).code).toBe(2);
    }
    expect((await new Home().run("trace", "archive", "--before", month)).code).toBe(1);
  });
});

describe("trace erase", () => {
  test("names a trace that was set aside, whose content stays", async () => {
    const home = signedHome();
    writeFileSync(home.traceFile, "garbled");
    home.session();
    const { code, notes } = await home.run("trace", "erase", "--seq", "1..8", "--yes");
    const named = expect.stringMatching(/trace\.db\.broken-\S+, which was set aside, keeps/);
    expect({ code, notes }).toEqual({ code: 0, notes: [named] });
  });

  test("asks first, and where nobody can be asked does nothing without --yes", async () => {
    const home = signedHome();
    const { code, error } = await home.run("trace", "erase", "--seq", "1..22");
    expect({ code, error }).toEqual({ code: 2, error: expect.stringContaining("add --yes") });
    expect(readFileSync(home.traceFile, "latin1").includes("Continue?")).toBe(true);
    for (const wrong of [
      [],
      ["--seq", "9..1"],
      ["--before", "soon"],
      ["--seq", "1", "--before", "2026-01-01"],
    ]) {
      expect((await home.run("trace", "erase", ...wrong)).code).toBe(2);
    }
  });

  test("takes it out of the trace and its archives, writes that down, and proofs go on working", async () => {
    const home = archivedHome();
    const { code, out } = await home.run("trace", "erase", "--seq", "1..33", "--yes", "--json");
    expect(code).toBe(0);
    expect(traceEraseView.parse(JSON.parse(out))).toEqual({ format: 1, erased: 9, gone: true });
    for (const file of [home.traceFile, `${home.traceFile}-wal`, ...home.archives]) {
      const text = existsSync(file) ? readFileSync(file, "latin1") : "";
      expect(text.includes("Continue?")).toBe(false);
    }
    const verified = await home.run("trace", "verify");
    expect(verified).toMatchObject({
      code: 0,
      out: expect.stringContaining("content of 9 erased"),
    });
    expect((await home.run("trace", "tail")).out).toContain("trace erase from 1 to 33 by cli");
    expect((await home.run("trace", "show", "4")).out).toContain("content (erased)");
    expect((await home.run("trace", "prove", "4")).code).toBe(0);
    expect((await home.run("trace", "erase", "--seq", "1..33", "--yes")).out).toContain(
      "no such content",
    );
    rmSync(home.archives[0] ?? "");
  });

  test("of one session leaves the other's", async () => {
    const home = signedHome();
    const list = JSON.parse((await home.run("sessions", "list", "--json")).out);
    const id: string = list.sessions[0].session_id;
    expect((await home.run("trace", "erase", "--session", id, "--yes")).out).toContain(
      "of 3 entries",
    );
    const shown = (await home.run("trace", "export", "--session", id)).out;
    expect(shown).not.toContain("Continue?");
    expect((await home.run("trace", "export")).out).toContain("Continue?");
    expect((await home.run("trace", "verify")).code).toBe(0);
  });
});
