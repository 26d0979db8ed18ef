/** Attacks a service that runs somewhere as whoever holds one of its keys could: each must be refused, and with its own problem. */
import { problem, problemStatus, problemType } from "../../contracts/problem.ts";
import { writeKeyId, writeSecret } from "../../contracts/api-key.ts";
import { sha256 } from "../../cloud/crypto.ts";
import { systemRandom } from "../../cloud/random.ts";
import { signedRequest, TestAgent, type TestKey } from "../../cloud/testing/agent.ts";
import type { Attack, Ground } from "../../cloud/testing/attack.ts";
import { signedAttacks } from "../../cloud/testing/attacks-signed.ts";
import { traceAttacks } from "../../cloud/testing/attacks-trace.ts";
import { writtenAttacks } from "../../cloud/testing/attacks-written.ts";
import { wireAttacks } from "./attack-wire.ts";

export type Attacked = { name: string; expected: string; got: string; isHeld: boolean };

const allAttacks: readonly Attack[] = [...signedAttacks, ...writtenAttacks, ...traceAttacks];

/** In what was taken before it nothing may have changed after each attack: the service says so itself, by an acknowledgement. */
export async function attack(url: string, key: TestKey): Promise<Attacked[]> {
  const ground = await groundAt(url, key);
  const results: Attacked[] = [];
  for (const one of allAttacks) {
    results.push(await byRequest(url, ground, one));
    await stillTakes(url, ground);
  }
  for (const one of wireAttacks) {
    const got = await one.strike(url, ground.honest());
    results.push({ name: one.name, expected: one.expected, got, isHeld: one.isHeld(got) });
    await stillTakes(url, ground);
  }
  return results;
}

async function groundAt(url: string, key: TestKey): Promise<Ground> {
  const agent = new TestAgent();
  agent.session(3);
  const other = {
    agent: new TestAgent(),
    // Well formed, and of nobody: who has one key of a service has none of another tenant's.
    key: {
      key_id: writeKeyId(systemRandom.bytes(12)),
      secret: writeSecret(systemRandom.bytes(32), sha256),
    },
  };
  other.agent.session(3);
  const next = () => agent.batch({ from: 6, to: 8, key, witnessed: 5 });
  const ground = { key, agent, other, next, honest: () => signedRequest(next(), { key }) };
  await stillTakes(url, ground);
  return ground;
}

async function byRequest(url: string, ground: Ground, { name, make, refused }: Attack) {
  // A key that is nobody's is answered as such, whatever it signs.
  const isNobodys = name === "by another tenant's key";
  const wanted = isNobodys ? "unknown-key" : refused;
  const response = await fetch(`${url}/v1/traces`, make(ground));
  const told = problem.safeParse(await response.json().catch(() => null)).data;
  const got = `${response.status} ${told?.type ?? "without a problem"}`;
  const expected = `${problemStatus(wanted)} ${problemType(wanted)}`;
  return { name, expected, got, isHeld: got === expected };
}

/** What it has is what it had: the same five entries are duplicates, and the head is where it was. */
async function stillTakes(url: string, { agent, key }: Ground): Promise<void> {
  const again = signedRequest(agent.batch({ from: 1, to: 5, key }), { key });
  const response = await fetch(`${url}/v1/traces`, again);
  const text = await response.text();
  if (response.status !== 202) throw new Error(`an honest request is refused: ${text}`);
  const { acked_seq } = JSON.parse(text);
  if (acked_seq !== 5) throw new Error(`something was taken: entry ${acked_seq} is acknowledged`);
}
