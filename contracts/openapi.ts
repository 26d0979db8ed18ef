/** The ingestion API as an OpenAPI 3.1 document, made from the schemas that the service and its clients check with. */
import * as z from "zod";
import { type ProblemName, problem, problemNames, problemStatus, problemTitle } from "./problem.ts";
import { acknowledgement, contractDocument, keySuccessor, uploadBatch } from "./upload.ts";
import { productVersion } from "./version.ts";

type Json = Record<string, unknown>;

const schemas = {
  Batch: { schema: uploadBatch, io: "input" },
  Acknowledgement: { schema: acknowledgement, io: "output" },
  Contract: { schema: contractDocument, io: "output" },
  KeySuccessor: { schema: keySuccessor, io: "output" },
  Problem: { schema: problem, io: "output" },
} as const;

type SchemaName = keyof typeof schemas;

const refersTo = (name: SchemaName): Json => ({ $ref: `#/components/schemas/${name}` });
const jsonOf = (name: SchemaName): Json => ({ "application/json": { schema: refersTo(name) } });

/** What any signed request may be refused with. */
const signedProblems = problemNames.filter((name) =>
  [401, 413, 429, 503].includes(problemStatus(name)),
);

const required = (name: string, description: string): Json => ({
  ...{ name, in: "header", required: true, description },
  schema: { type: "string" },
});

const signedHeaders: Json[] = [
  required("Content-Digest", "RFC 9530: sha-256 of the body as sent"),
  required(
    "Signature-Input",
    "RFC 9421: what is signed, created, nonce, keyid; see docs/ingestion-api.md",
  ),
  required("Signature", "RFC 9421: HMAC-SHA256 of the signature base"),
];

const encoded: Json = {
  ...{ name: "Content-Encoding", in: "header", required: false },
  schema: { enum: ["zstd", "gzip", "identity"] },
};

/** By status, each with the problems that it stands for. */
function refusals(names: readonly ProblemName[]): Json {
  const statuses = [...new Set(names.map(problemStatus))].sort((a, b) => a - b);
  return Object.fromEntries(
    statuses.map((status) => {
      const told = names.filter((name) => problemStatus(name) === status);
      const description = told.map((name) => `${name}: ${problemTitle(name)}`).join("; ");
      const content = { "application/problem+json": { schema: refersTo("Problem") } };
      return [String(status), { description, content }];
    }),
  );
}

function ok(description: string, name: SchemaName): Json {
  return { description, content: jsonOf(name) };
}

const paths: Json = {
  "/v1/traces": {
    post: {
      ...{ operationId: "sendTraces", summary: "Send a batch of consecutive trace entries" },
      parameters: [...signedHeaders, encoded],
      requestBody: { required: true, content: jsonOf("Batch") },
      responses: {
        "202": ok("Durable: everything up to acked_seq is committed", "Acknowledgement"),
        ...refusals(problemNames),
      },
    },
  },
  "/v1/keys/successor": {
    post: {
      ...{ operationId: "takeSuccessor", summary: "Get the key that comes after a rotated one" },
      parameters: signedHeaders,
      requestBody: {
        required: true,
        content: { "application/json": { schema: { type: "object" } } },
      },
      responses: {
        "200": ok("Told until the successor is first used", "KeySuccessor"),
        ...refusals(signedProblems),
      },
    },
  },
  "/v1/contract": {
    get: {
      ...{ operationId: "readContract", summary: "What is taken, for anybody to read" },
      responses: { "200": ok("Schemas, encodings, limits, the witness's key", "Contract") },
    },
  },
};

export function openApiDocument(): Json {
  return {
    openapi: "3.1.0",
    info: {
      title: "AtlasBridge ingestion",
      version: productVersion,
      summary: "Takes signed copies of traces; has no operation that acts on an agent.",
    },
    paths,
    components: {
      schemas: Object.fromEntries(
        Object.entries(schemas).map(([name, { schema, io }]) => [name, jsonSchemaOf(schema, io)]),
      ),
    },
  };
}

/** JSON Schema 2020-12, which OpenAPI 3.1 speaks. */
function jsonSchemaOf(schema: z.ZodType, io: "input" | "output"): Json {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { target: "draft-2020-12", io });
  return rest;
}
