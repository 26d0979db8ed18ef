/** Writes the references among the documents, `docs/commands.md` and `docs/procedures.md`, from the command trees and the service's router. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Command } from "commander";
import * as z from "zod";
import { needs } from "../cloud/roles.ts";
import { appRouter } from "../cloud/router.ts";
import { buildProgram } from "./atlasbridge/program.ts";
import { buildProgram as buildCloudProgram } from "./atlasbridge-cloud/program.ts";

const docs = join(import.meta.dir, "..", "docs");

/** Text of each page by its file name. */
export async function references(): Promise<Record<string, string>> {
  return { "commands.md": await commandsPage(), "procedures.md": proceduresPage() };
}

const made =
  "Made by `bun cmd/reference.ts`; `cmd/reference.test.ts` says when it has fallen behind.\n";

async function commandsPage(): Promise<string> {
  return `# Every command

What \`--help\` says of each, with its examples. All take \`--home DIR\` and \`--json\`, whose form is kept
([compatibility.md](compatibility.md)), and those of \`atlasbridge\` take \`--plain\`. ${made}
${sectionsOf(await buildProgram())}
${sectionsOf(buildCloudProgram())}`;
}

/** Wide enough for most, narrow enough for a page. */
const helpColumns = 96;

/** The words of `--help` alone: what every command takes is said once, above. */
const everywhere = /^ {2}(--home <dir>|--json|--plain|-h, --help) .*\n(?: {20,}\S.*\n)*/gm;

function sectionsOf(command: Command, above = ""): string {
  const name = `${above}${command.name()}`;
  let help = "";
  command.configureHelp({ helpWidth: helpColumns });
  command.configureOutput({
    writeOut: (text) => (help += text),
    getOutHelpWidth: () => helpColumns,
  });
  command.outputHelp();
  const words = help
    .replaceAll(everywhere, "")
    .replace(/^Options:\n\n/m, "")
    .trim();
  const own = `## ${name}\n\n\`\`\`text\n${words.replaceAll(/\n{3,}/g, "\n\n")}\n\`\`\`\n`;
  const children = command.commands.filter((one) => !isHidden(one));
  return [own, ...children.map((one) => sectionsOf(one, `${name} `))].join("\n");
}

const isHidden = (command: Command): boolean =>
  ["help", "complete"].includes(command.name()) || Reflect.get(command, "_hidden") === true;

function proceduresPage(): string {
  const procedures = Object.entries(appRouter._def.procedures);
  const lines = procedures.map(([path, procedure]) => {
    const { type, inputs } = definitionOf(procedure);
    const input = inputs.map((one) => typeOf(shapeOf(one))).join(" & ");
    const takes = input === "" ? "" : `: \`${input}\``;
    return {
      group: groupOf(path),
      line: `- \`${path}\` ${type}, ${needs.get(path) ?? "nobody"}${takes}`,
    };
  });
  const groups = [...new Set(lines.map(({ group }) => group))].map((name) => {
    const own = lines.filter(({ group }) => group === name).map(({ line }) => line);
    return `## ${name}\n\n${own.join("\n")}\n`;
  });
  return `# Procedures of the cloud

Everything that can be asked of the service or changed in it, but for the ingestion of traces
([ingestion-api.md](ingestion-api.md)). None addresses a session, a prompt or a policy with a verb: there is no way to a machine.

They are [tRPC](https://trpc.io): \`GET /trpc/NAME?input=JSON\` for a query, \`POST /trpc/NAME\` with the JSON for a mutation,
\`GET\` with \`Accept: text/event-stream\` for a subscription, with \`Authorization: Bearer abt_…\` or the cookie of who is signed in
([auth.md](auth.md)). TypeScript programs take the types from \`cloud/router.ts\`, as [cloud.md](cloud.md) shows; what comes back is in
\`contracts/cloud-views.ts\` and \`contracts/cloud-fleet.ts\`.

Beside each stands the least role that may call it: viewer, operator, admin; person: whoever signed in, about themselves;
platform: the staff that keeps the service. Then its input, where it takes one. ${made}
${groups.join("\n")}`;
}

const groupOf = (path: string): string => path.split(".")[0] ?? path;

/** tRPC keeps these where its own types do not show them. */
const definition = z.object({
  type: z.enum(["query", "mutation", "subscription"]),
  inputs: z.array(z.instanceof(z.ZodType)),
});

function definitionOf(procedure: object): z.infer<typeof definition> {
  return definition.parse(Reflect.get(procedure, "_def"));
}

type Shape = {
  type?: string;
  enum?: unknown[];
  const?: unknown;
  anyOf?: Shape[];
  oneOf?: Shape[];
  items?: Shape;
  properties?: Record<string, Shape>;
  required?: string[];
  minimum?: number;
  maximum?: number;
  maxLength?: number;
};

const shapeOf = (schema: z.ZodType): Shape =>
  z.toJSONSchema(schema, { io: "input", unrepresentable: "any" }) as Shape;

/** As TypeScript would write it, bounds behind it. */
function typeOf(shape: Shape): string {
  if (shape.enum !== undefined) return shape.enum.map((one) => JSON.stringify(one)).join(" | ");
  if (shape.const !== undefined) return JSON.stringify(shape.const);
  const either = shape.anyOf ?? shape.oneOf;
  if (either !== undefined) return either.map(typeOf).join(" | ");
  if (shape.properties !== undefined) return `{ ${fieldsOf(shape).join(", ")} }`;
  if (shape.type === "array") return `${typeOf(shape.items ?? {})}[]`;
  return `${shape.type ?? "unknown"}${boundsOf(shape)}`;
}

function fieldsOf({ properties = {}, required = [] }: Shape): string[] {
  return Object.entries(properties).map(
    ([name, one]) => `${name}${required.includes(name) ? "" : "?"}: ${typeOf(one)}`,
  );
}

/** The last that JavaScript's Date knows. */
const lastMoment = 8_640_000_000_000_000;

function boundsOf({ minimum, maximum, maxLength }: Shape): string {
  if (maxLength !== undefined) return ` (≤ ${maxLength})`;
  if (maximum === lastMoment) return " (ms since 1970)";
  const isSafe = maximum === undefined || maximum === Number.MAX_SAFE_INTEGER;
  if (isSafe) return "";
  return minimum === undefined ? ` (≤ ${maximum})` : ` (${minimum}…${maximum})`;
}

export async function writeReferences(): Promise<void> {
  for (const [name, text] of Object.entries(await references())) {
    writeFileSync(join(docs, name), text);
  }
}

if (import.meta.main) await writeReferences();
