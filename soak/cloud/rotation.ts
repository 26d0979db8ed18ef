/** Agents send through two replicas while their keys are rotated, again and again: not one request may be refused or lost. */
import { acknowledgement, keySuccessor } from "../../contracts/upload.ts";
import { signedBytes, signedRequest, TestAgent, type TestKey } from "../../cloud/testing/agent.ts";
import type { Estate, Tenant } from "./estate.ts";

export type RotationOptions = {
  requests: number;
  /** Of every key. */
  rotations: number;
  senders: number;
  say: (line: string) => void;
};

export type RotationReport = {
  requests: number;
  /** What was not acknowledged, a line each. */
  failed: string[];
  rotated: number;
  /** From the first byte sent to the last one received, in milliseconds. */
  times: number[];
  ms: number;
};

/** A trace is not made longer than this; the sender goes on as another agent. */
const entriesMax = 500;

class RotatingSender {
  key: TestKey;
  readonly #url: string;
  #agent = new TestAgent();
  #sent = 0;

  constructor(url: string, key: TestKey) {
    this.#url = url;
    this.key = key;
  }

  /** One entry, in a request of its own. Null when it was acknowledged. */
  async send(): Promise<string | null> {
    if (this.#sent >= entriesMax) [this.#agent, this.#sent] = [new TestAgent(), 0];
    while (this.#agent.seq <= this.#sent + 2) this.#agent.session(4);
    // The first two belong together: the second names the key that vouches for both.
    const [from, to] = this.#sent === 0 ? [1, 2] : [this.#sent + 1, this.#sent + 1];
    const { key } = this;
    const sent = signedRequest(this.#agent.batch({ from, to, key }), { key, encoding: "zstd" });
    const response = await fetch(`${this.#url}/v1/traces`, sent).catch(String);
    if (typeof response === "string") return response;
    if (response.status !== 202) return await response.text();
    const ack = acknowledgement.parse(await response.json());
    if (ack.acked_seq !== to) return `entry ${ack.acked_seq} was acknowledged, and ${to} was sent`;
    this.#sent = to;
    return null;
  }

  /** As an agent does by itself: the new key is asked for with the old one. */
  async takeSuccessor(): Promise<string | null> {
    const path = "/v1/keys/successor";
    const sent = signedBytes(new TextEncoder().encode("{}"), { key: this.key, path });
    const response = await fetch(`${this.#url}${path}`, sent).catch(String);
    if (typeof response === "string") return response;
    if (response.status !== 200) return await response.text();
    const { key_id, secret } = keySuccessor.parse(await response.json());
    this.key = { key_id, secret };
    return null;
  }
}

export async function rotateUnderLoad(
  estate: Estate,
  { id: tenant_id }: Tenant,
  { requests, rotations, senders: count, say }: RotationOptions,
): Promise<RotationReport> {
  const { platform } = estate;
  const keys = Array.from({ length: count }, () => platform.keys.create.mutate({ tenant_id }));
  const { url } = estate.balancer;
  const senders = (await Promise.all(keys)).map((key) => new RotatingSender(url, key));
  const failed: string[] = [];
  const times: number[] = [];
  let begun = 0;
  let rotated = 0;
  const start = performance.now();
  const one = async (sender: RotatingSender): Promise<void> => {
    let due = 0;
    while (begun < requests) {
      begun += 1;
      // Every key is rotated while others send; its own sender goes on with the old one until it asks.
      if (begun > (requests * (due + 0.5)) / rotations && due < rotations) {
        due += 1;
        const rotating = platform.keys.rotate.mutate({ tenant_id, key_id: sender.key.key_id });
        const during = await sender.send();
        await rotating;
        const after = (await sender.send()) ?? (await sender.takeSuccessor());
        rotated += 1;
        if (rotated % count === 0)
          say(`${begun} requests, ${rotated} rotations, ${failed.length} failed`);
        failed.push(...[during, after].filter((fault) => fault !== null));
      }
      const from = performance.now();
      const fault = await sender.send();
      times.push(performance.now() - from);
      if (fault !== null) failed.push(fault);
    }
  };
  await Promise.all(senders.map(one));
  return { requests: begun, failed, rotated, times, ms: performance.now() - start };
}
