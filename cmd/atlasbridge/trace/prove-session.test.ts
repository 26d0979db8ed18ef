/** A session's proof as the cloud makes it convinces on a machine that knows neither; any change to it is noticed. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "bun:test";
import * as z from "zod";
import { agentKey } from "../../../contracts/checkpoint.ts";
import { partProof } from "../../../contracts/merkle-part.ts";
import { verifierKey } from "../../../contracts/note.ts";
import { type SessionProof, sessionProof } from "../../../contracts/session-proof.ts";
import { traceSessionProofView } from "../../../contracts/views.ts";
import { TestAgent } from "../../../cloud/testing/agent.ts";
import { tell } from "../../../cloud/testing/story.ts";
import { sha256Bytes } from "../../../runtime/trace/sha256.ts";
import { Home } from "./cli.example.ts";

/** Among other sessions of its agent. */
function proofOf(): SessionProof {
  const agent = new TestAgent();
  tell(agent, { prompts: [{}] });
  const session_id = tell(agent, { prompts: [{ question: "Go on?" }, { action: "deny" }] });
  tell(agent, { prompts: [{}] });
  const size = agent.seq;
  const entries = agent.entries.filter((entry) => entry.session_id === session_id);
  const places = entries.map(({ seq }) => seq - 1);
  const named = z.string().parse(agent.entries[1]?.data["public_key"]);
  return sessionProof.parse({
    ...{ format: "atlasbridge.session-proof/1", agent_id: agent.id, session_id, entries },
    checkpoint: agent.checkpoint(agent.head(size)),
    proof: partProof(agent.leaves(size), { places, size }, sha256Bytes).map((step) =>
      step.toBase64(),
    ),
    key: verifierKey(agentKey(agent.id, Uint8Array.fromHex(named)), sha256Bytes),
  });
}

async function checked(proof: unknown, ...args: string[]) {
  const elsewhere = new Home();
  const file = join(elsewhere.folder, "..", "session.json");
  writeFileSync(file, JSON.stringify(proof));
  return await elsewhere.run("trace", "verify", "--proof", file, ...args);
}

describe("a session's proof", () => {
  test("holds on a machine that knows nothing of it, and says whose word it hangs on", async () => {
    const proof = proofOf();
    const { code, out } = await checked(proof);
    expect({ code, out }).toMatchObject({ code: 0 });
    expect(out).toContain(`the ${proof.entries.length} entries of session ${proof.session_id}`);
    expect(out).toContain("none of it is missing");
    expect(out).toContain("compare it with what its owner tells");
    const json = await checked(proof, "--key", proof.key, "--json");
    expect(traceSessionProofView.parse(JSON.parse(json.out))).toMatchObject({
      ...{ ok: true, whole: true, key_known: true, entries: proof.entries.length, why: null },
    });
  });

  test("of which something is another does not hold, and says what", async () => {
    const proof = proofOf();
    const [first, ...rest] = proof.entries;
    const forged = [
      [{ ...proof, entries: rest }, "not among those that the checkpoint was signed over"],
      [{ ...proof, entries: [{ ...first, at: (first?.at ?? 0) + 1 }, ...rest] }, "was changed"],
      [{ ...proof, checkpoint: proofOf().checkpoint }, "the checkpoint is of another trace"],
      [{ ...proof, key: proofOf().key }, "the key is that of another agent's trace"],
      [JSON.parse(JSON.stringify(proof).replace("Go on?", "Stop?")), "other content"],
    ] as const;
    for (const [file, why] of forged) {
      const { code, out } = await checked(file);
      expect({ code, out }).toMatchObject({ code: 4, out: expect.stringContaining(why) });
    }
  });

  test("that is none is told as one", async () => {
    const { error } = await checked({ format: "atlasbridge.session-proof/1" });
    expect(error).toContain("is no proof");
  });
});
