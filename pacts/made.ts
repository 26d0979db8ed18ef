/** Makes the pact of today: the runtime goes through every interaction with Pact's mock of the service, and what it did is kept. */
import "./untracked.ts";
import { PactV4 } from "@pact-foundation/pact";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { contractDocument, keySuccessor, type UploadBatch } from "../contracts/upload.ts";
import type { Exchange } from "../runtime/upload/reply.ts";
import { type Interaction, interactions } from "./interactions.ts";
import { type Done, Sample, sampleCloud } from "./sample.ts";
import {
  batchTemplate,
  contractReply,
  replyTemplate,
  type ReplyTemplate,
  successorReply,
  successorRequest,
  type Template,
} from "./shape.ts";
import { unpackedFor } from "./unpacked.ts";
import { pactText } from "./versions.ts";

export const pactName = "runtime-cloud.json";

export type Made = {
  text: string;
  /** What the runtime sent and did, by the description of the interaction. */
  exchanges: ReadonlyMap<string, { sent: UploadBatch; done: Done }>;
};

type Exchanged<T> = {
  given: string;
  description: string;
  request: Template | null;
  path: string;
  reply: ReplyTemplate;
  act: (origin: string) => Promise<T>;
};

/** Throws where the runtime asks for something else than it should. */
export async function makePact(): Promise<Made> {
  const dir = mkdtempSync(join(tmpdir(), "atlasbridge-pacts-"));
  const pact = new PactV4({
    ...{ consumer: "runtime", provider: "cloud", dir, host: "127.0.0.1", logLevel: "error" },
  });
  try {
    const exchanges = new Map<string, { sent: UploadBatch; done: Done }>();
    for (const one of interactions) {
      const sent = await withSample(one, (sample) => sample.batch());
      exchanges.set(one.description, { sent, done: await exchange(pact, asked(one, sent)) });
    }
    for (const other of others) await exchange(pact, other);
    return { text: pactText(readFileSync(join(dir, pactName), "utf8")), exchanges };
  } finally {
    rmSync(dir, { recursive: true });
  }
}

function asked(one: Interaction, sent: UploadBatch): Exchanged<Done> {
  const { description, given } = one;
  return {
    ...{ description, given, path: "/v1/traces" },
    request: batchTemplate(sent),
    reply: replyTemplate(one.reply(sent), sent),
    act: (origin) => withSample(one, (sample) => sample.sendTo(origin)),
  };
}

export async function withSample<T>(
  { sample: wish }: Interaction,
  work: (sample: Sample) => Promise<T>,
): Promise<T> {
  const sample = new Sample(wish);
  try {
    return await work(sample);
  } finally {
    sample.close();
  }
}

const others: readonly Exchanged<void>[] = [
  {
    ...{ description: "the contract", given: "the service runs", path: "/v1/contract" },
    ...{ request: null, reply: contractReply() },
    async act(origin) {
      contractDocument.parse(bodyOf(await sampleCloud(origin).get("/v1/contract")));
    },
  },
  {
    ...{ description: "the successor of the key", path: "/v1/keys/successor" },
    ...{ given: "the key has a successor and ends soon" },
    ...{ request: successorRequest, reply: successorReply() },
    async act(origin) {
      const body = new TextEncoder().encode("{}");
      const sent = { body, isCompressed: false };
      keySuccessor.parse(bodyOf(await sampleCloud(origin).post("/v1/keys/successor", sent)));
    },
  },
];

function bodyOf(exchange: Exchange): unknown {
  if (exchange.got === "nothing") throw new Error(exchange.detail);
  return JSON.parse(new TextDecoder().decode(exchange.body));
}

async function exchange<T>(pact: PactV4, one: Exchanged<T>): Promise<T> {
  const { given, description, path, request, reply, act } = one;
  const done: T[] = [];
  await pact
    .addInteraction()
    .given(given)
    .uponReceiving(description)
    .withRequest(request === null ? "GET" : "POST", path, (builder) => {
      builder.headers(request?.headers ?? { accept: "application/json" });
      if (request !== null) builder.jsonBody(request.body);
    })
    .willRespondWith(reply.status, (builder) => {
      builder.headers(reply.headers);
      builder.jsonBody(reply.body);
    })
    .executeTest(async ({ url }) => void done.push(await unpackedFor(url, act)));
  const [first] = done;
  return first as T;
}
