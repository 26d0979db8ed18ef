/** What others rely on changes only knowingly: every public surface is compared with what was last agreed. */
import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { compatibilityFile, differences, type Surfaces, surfaces } from "./compatibility.ts";

const page = readFileSync(join(import.meta.dir, "..", "docs", "compatibility.md"), "utf8");
const agreed: Surfaces = JSON.parse(readFileSync(compatibilityFile, "utf8"));

test("no public surface has changed since docs/compatibility.json was written", async () => {
  const changed = differences(agreed, await surfaces());
  const todo =
    'see in docs/compatibility.md what may change ("A change"), then: bun cmd/compatibility.ts';
  expect([...changed, ...(changed.length === 0 ? [] : [todo])]).toEqual([]);
});

test("docs/compatibility.md tells of every surface", () => {
  for (const surface of Object.keys(agreed))
    expect(page).toMatch(new RegExp(`^\\| ${surface} +\\|`, "m"));
});

test("what is new, gone or altered is named", () => {
  const before = { config: { kept: "1", gone: "2", altered: "3" } };
  const now = { config: { kept: "1", altered: "4", fresh: "5" } };
  expect(differences(before, now)).toEqual([
    "config: altered has changed",
    "config: fresh is new",
    "config: gone is gone",
  ]);
});
