/** The runtime of today before a service that answers as a kept pact says: what it asks for must be what was agreed then. */
import "./untracked.ts";
import { PactV4 } from "@pact-foundation/pact";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { acknowledgement, type UploadBatch } from "../contracts/upload.ts";
import { type Interaction, interactions } from "./interactions.ts";
import { withSample } from "./made.ts";
import { cosign, type Done } from "./sample.ts";
import { unpackedFor } from "./unpacked.ts";
import type { KeptInteraction } from "./versions.ts";

/** Throws where it asks for something else. Null for what is no batch. */
export async function replay(
  kept: KeptInteraction,
): Promise<{ interaction: Interaction; sent: UploadBatch; done: Done } | null> {
  if (kept.request.path !== "/v1/traces") return null;
  const interaction = interactions.find(({ description }) => description === kept.description);
  if (interaction === undefined) throw new Error(`nobody does "${kept.description}" any more`);
  const sent = await withSample(interaction, (sample) => sample.batch());
  const dir = mkdtempSync(join(tmpdir(), "atlasbridge-pacts-"));
  try {
    const done: Done[] = [];
    await mockOf(kept, { dir, sent }).executeTest(async ({ url }) => {
      const act = (origin: string) => withSample(interaction, (sample) => sample.sendTo(origin));
      done.push(await unpackedFor(url, act));
    });
    const [first] = done;
    if (first === undefined) throw new Error("the runtime did nothing");
    return { interaction, sent, done: first };
  } finally {
    rmSync(dir, { recursive: true });
  }
}

function mockOf(
  { description, request, response }: KeptInteraction,
  { dir, sent }: { dir: string; sent: UploadBatch },
) {
  const pact = new PactV4({
    ...{ consumer: "runtime", provider: "cloud", dir, host: "127.0.0.1", logLevel: "error" },
  });
  return pact
    .addInteraction()
    .uponReceiving(description)
    .withRequest("POST", request.path, (builder) => {
      builder.headers(oneOf(request.headers));
      builder.jsonBody(request.body?.content);
      builder.matchingRules(rulesOf(request));
    })
    .willRespondWith(response.status, (builder) => {
      builder.headers(oneOf(response.headers));
      builder.jsonBody(answerTo(sent, response.body.content));
    });
}

/** From the words of a kept pact into those of the library that checks it. */
function rulesOf({ matchingRules = {} }: KeptInteraction["request"]) {
  const ofPart = ([part, byPath]: [string, (typeof matchingRules)[string]]) => [
    part,
    Object.entries(byPath).map(([path, { matchers }]) => ({
      path,
      rules: matchers.map(({ match = "", ...rest }) => ({ "pact:matcher:type": match, ...rest })),
    })),
  ];
  return Object.fromEntries(Object.entries(matchingRules).map(ofPart));
}

/** A field comes once in all that we send and get. */
function oneOf(headers: Record<string, string[]>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, values]) => [name, values.join(", ")]),
  );
}

/** What names the batch that was sent then, of the one that is sent today. */
function answerTo(sent: UploadBatch, content: unknown): unknown {
  const ack = acknowledgement.safeParse(content);
  if (!ack.success) return content;
  const last = sent.entries.at(-1);
  return {
    ...ack.data,
    ...{ batch_id: sent.batch_id, acked_seq: last?.seq, acked_hash: last?.hash },
    cosignature: cosign(sent.checkpoint),
  };
}
