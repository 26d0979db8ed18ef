/** The committed document is what the schemas say, and names every problem. */
import { expect, test } from "bun:test";
import { join } from "node:path";
import { openApiDocument } from "./openapi.ts";
import { problemNames } from "./problem.ts";

const file = join(import.meta.dir, "..", "docs", "ingestion-openapi.json");

test("docs/ingestion-openapi.json is up to date: else run bun cmd/openapi.ts", async () => {
  expect(await Bun.file(file).json()).toEqual(openApiDocument());
});

test("every problem is told at the status that it has", () => {
  const text = JSON.stringify(openApiDocument());
  for (const name of problemNames) expect(text).toContain(`${name}: `);
});

test("every reference leads to a schema", () => {
  const document = openApiDocument() as { components: { schemas: Record<string, unknown> } };
  const text = JSON.stringify(document);
  const names = [...text.matchAll(/#\/components\/schemas\/(\w+)/g)].map(([, name]) => name ?? "");
  expect(names.length).toBeGreaterThan(5);
  for (const name of names) expect(Object.keys(document.components.schemas)).toContain(name);
});
