/** The pacts that are kept: one folder for each version of the product that spoke so, the newest of which may still change. */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as z from "zod";
import { productVersion } from "../contracts/version.ts";

const headers = z.record(z.string(), z.array(z.string()));
/** Of a part of a request (`body`, `header`), by the path within it. */
const rules = z.record(
  z.string(),
  z.record(z.string(), z.object({ matchers: z.array(z.record(z.string(), z.string())) })),
);

const interaction = z.looseObject({
  description: z.string(),
  providerStates: z.array(z.object({ name: z.string() })),
  request: z.looseObject({
    ...{ path: z.string(), headers, matchingRules: rules.optional() },
    body: z.looseObject({ content: z.json() }).optional(),
  }),
  response: z.looseObject({
    ...{ status: z.int(), headers },
    body: z.looseObject({ content: z.json() }),
  }),
});
export type KeptInteraction = z.infer<typeof interaction>;

/** Of Pact's fourth specification, what is looked at here. */
const written = z.looseObject({ interactions: z.array(interaction) });

const folderOf = (version: string): string => join(import.meta.dir, version);

export const pactPath = (version: string, name: string): string => join(folderOf(version), name);

/** Version and file of each, the oldest first. */
export function keptPacts(): [version: string, name: string][] {
  const versions = readdirSync(import.meta.dir).filter((name) => /^\d+\.\d+\.\d+$/.test(name));
  const ordered = versions.toSorted((a, b) => a.localeCompare(b, "en", { numeric: true }));
  return ordered.flatMap((version) => {
    const names = readdirSync(folderOf(version)).filter((name) => name.endsWith(".json"));
    return names.toSorted().map((name): [string, string] => [version, name]);
  });
}

export const keptText = (version: string, name: string): string =>
  readFileSync(pactPath(version, name), "utf8");

export const interactionsOf = (version: string, name: string): KeptInteraction[] =>
  written.parse(JSON.parse(keptText(version, name))).interactions;

/** Bodies of requests, by the description of their interaction. */
export function bodiesOf(version: string, name: string): Map<string, string> {
  const all = interactionsOf(version, name);
  return new Map(
    all.map(({ description, request }) => [description, JSON.stringify(request.body?.content)]),
  );
}

export function statesOf(version: string, name: string): string[] {
  return interactionsOf(version, name).flatMap(({ providerStates }) =>
    providerStates.map((state) => state.name),
  );
}

/** In the spelling that is committed: nothing in it says with which library it was written, or in which order. */
export function pactText(json: string): string {
  const pact: z.infer<typeof written> = JSON.parse(json);
  const byName = (a: { description: string }, b: { description: string }): number =>
    a.description < b.description ? -1 : 1;
  const metadata = { pactSpecification: { version: "4.0" } };
  const interactions = pact.interactions.toSorted(byName);
  return `${JSON.stringify({ ...pact, interactions, metadata }, null, 2)}
`;
}

/** As the one of today. */
export function keepPact(name: string, text: string): string {
  mkdirSync(folderOf(productVersion), { recursive: true });
  const path = pactPath(productVersion, name);
  writeFileSync(path, text);
  return path;
}

/** Of the pacts that are not today's, by `VERSION/FILE`. */
export function earlierTexts(): Map<string, string> {
  const earlier = keptPacts().filter(([version]) => version !== productVersion);
  return new Map(earlier.map(([version, name]) => [`${version}/${name}`, keptText(version, name)]));
}
