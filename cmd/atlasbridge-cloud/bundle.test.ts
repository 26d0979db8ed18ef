/** What the service is made of: nothing that can watch or touch a terminal is in its build. */
import { expect, test } from "bun:test";
import { join, relative } from "node:path";
import { notCarried } from "../build.ts";

const root = join(import.meta.dir, "..", "..");

async function sourcesOf(entry: string): Promise<string[]> {
  const seen: string[] = [];
  const done = await Bun.build({
    entrypoints: [join(root, entry)],
    target: "bun",
    external: [...notCarried],
    plugins: [
      {
        name: "watch",
        setup(build) {
          build.onLoad({ filter: /\.(ts|js|mjs|sql)$/ }, ({ path }) => {
            seen.push(relative(root, path));
            return undefined;
          });
        },
      },
    ],
  });
  if (!done.success) throw new AggregateError(done.logs, `${entry} cannot be built`);
  return seen;
}

test("the service's build holds nothing of runtime, and no library that opens a pseudo-terminal", async () => {
  const sources = await sourcesOf("cmd/atlasbridge-cloud.ts");
  expect(sources).toContain("cloud/ingest/take.ts");
  expect(sources.filter((path) => path.startsWith("runtime/"))).toEqual([]);
  expect(sources.filter((path) => /node_modules\/(bun-pty|@xterm)\//.test(path))).toEqual([]);
});

test("and the runtime's build holds nothing of the service", async () => {
  const sources = await sourcesOf("cmd/atlasbridge.ts");
  expect(sources.some((path) => path.startsWith("runtime/"))).toBeTrue();
  expect(sources.filter((path) => path.startsWith("cloud/"))).toEqual([]);
});
