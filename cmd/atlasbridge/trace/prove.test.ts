/** A proof convinces whoever has it and the key, of that entry alone; any change to it is noticed. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "bun:test";
import { type EntryProof, entryProof } from "../../../contracts/proof.ts";
import { traceProofView } from "../../../contracts/views.ts";
import * as draft from "../../../runtime/trace/drafts.example.ts";
import { change } from "../../../runtime/trace/verified.example.ts";
import { Home, signedHome } from "./cli.example.ts";

async function proofOf(home: Home, ...args: string[]): Promise<EntryProof> {
  const { code, out } = await home.run("trace", "prove", ...args);
  expect(code).toBe(0);
  return entryProof.parse(JSON.parse(out));
}

/** Checks it on another machine. */
async function checked(proof: unknown, ...args: string[]) {
  const elsewhere = new Home();
  const file = join(elsewhere.folder, "..", "proof.json");
  writeFileSync(file, JSON.stringify(proof));
  return await elsewhere.run("trace", "verify", "--proof", file, ...args);
}

describe("a proof", () => {
  test("of every entry holds on a machine that knows nothing of the trace", async () => {
    const home = signedHome();
    for (let seq = 1; seq <= 22; seq += 1) {
      const proof = await proofOf(home, String(seq));
      const { code, out } = await checked(proof, "--key", proof.key);
      expect({ code, out }).toMatchObject({ code: 0 });
      expect(out).toStartWith(`entry ${seq} (${proof.entry.kind}, `);
    }
  });

  test("shows no content unless asked to, and then what the entry committed to", async () => {
    const home = signedHome();
    expect(JSON.stringify(await proofOf(home, "4"))).not.toContain("Continue?");
    const shown = await proofOf(home, "4", "--content");
    expect((await checked(shown)).out).toContain("Continue?");
    const changed = JSON.parse(JSON.stringify(shown).replace("Continue?", "Delete?"));
    const { code, out } = await checked(changed);
    expect({ code, out }).toMatchObject({ code: 4 });
    expect(out).toContain("the content is not what the entry committed to");
  });

  test("whose key nobody told says so, and one checked at home does not", async () => {
    const home = signedHome();
    const proof = await proofOf(home, "4");
    expect((await checked(proof)).out).toContain("compare it with what its owner tells");
    const file = join(home.folder, "proof.json");
    writeFileSync(file, JSON.stringify(proof));
    const { out } = await home.run("trace", "verify", "--proof", file, "--json");
    expect(traceProofView.parse(JSON.parse(out))).toMatchObject({ ok: true, key_known: true });
  });
});

describe("what is refused", () => {
  const forgeries: Record<string, (proof: EntryProof, other: EntryProof) => unknown> = {
    "a changed entry": (proof) => ({ ...proof, entry: { ...proof.entry, at: proof.entry.at + 1 } }),
    "another place": (proof) => ({ ...proof, path: proof.path.toReversed() }),
    "a shorter path": (proof) => ({ ...proof, path: proof.path.slice(1) }),
    "another trace's checkpoint": (proof, other) => ({ ...proof, checkpoint: other.checkpoint }),
    "another agent's key": (proof, other) => ({ ...proof, key: other.key }),
    "another agent's entry": (proof, other) => ({ ...proof, entry: other.entry }),
    "a signature cut": (proof) => ({
      ...proof,
      checkpoint: proof.checkpoint.replace(/.{9}\n$/, "\n"),
    }),
    "content that it has none of": (proof) => ({ ...proof, content: { a: 1 } }),
  };
  for (const [name, forge] of Object.entries(forgeries)) {
    test(name, async () => {
      const [proof, other] = [await proofOf(signedHome(), "4"), await proofOf(signedHome(), "4")];
      expect((await checked(proof)).code).toBe(0);
      expect((await checked(forge(proof, other))).code).toBe(4);
    });
  }

  test("a proof under another key than the one that is trusted", async () => {
    const [proof, other] = [await proofOf(signedHome(), "4"), await proofOf(signedHome(), "4")];
    expect((await checked(proof, "--key", other.key)).code).toBe(4);
    expect((await checked(proof, "--key", "nonsense")).out).toContain(
      "the verifier key is not one",
    );
  });

  test("an entry that is not there, not signed yet, or was tampered with", async () => {
    const home = signedHome();
    expect((await home.run("trace", "prove", "23")).error).toContain("the trace ends at entry 22");
    const store = home.store();
    store.append([draft.started()], { sessionId: draft.newSession(), opens: draft.someHolder });
    store.close();
    expect((await home.run("trace", "prove", "23")).error).toContain("is not signed yet");
    change(home.traceFile, "UPDATE entries SET hash = prev WHERE seq = 5");
    const { error, code } = await home.run("trace", "prove", "4");
    expect({ code, error }).toMatchObject({ code: 4 });
    expect(error).toContain("entry 4 cannot be proved");
  });

  test("a file that is no proof", async () => {
    const { code, error } = await checked({ format: "something" });
    expect({ code, error }).toMatchObject({ code: 2 });
    expect(error).toContain("is no proof");
    expect((await new Home().run("trace", "verify", "--proof", "/none")).code).toBe(2);
  });
});
