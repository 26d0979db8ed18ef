/** What the build promises: one file that carries its commit, rebuilt exactly when a source changed. */
import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build, sourcesHash } from "./build.ts";

let root = "";
const write = (file: string, text: string) => writeFileSync(join(root, file), text);
const job = (force = false) =>
  build({ root, entry: "cmd/hello.ts", outfile: "dist/hello", commit: "abc123", force });

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "atlasbridge-build-"));
  mkdirSync(join(root, "cmd"));
  write(
    "cmd/hello.ts",
    "declare const ATLASBRIDGE_COMMIT: string;\nconsole.log(ATLASBRIDGE_COMMIT, process.env['FROM_DOTENV'] ?? 'clean');\n",
  );
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

describe("build", () => {
  test("the executable knows its commit and is not changed by a .env where it runs", () => {
    expect(job().result).toBe("built");
    write(".env", "FROM_DOTENV=changed\n");
    const run = Bun.spawnSync([join(root, "dist/hello")], { cwd: root });
    expect(run.stdout.toString()).toBe("abc123 clean\n");
    expect(run.exitCode).toBe(0);
  });

  test("unchanged sources are not built again, unless forced", () => {
    job();
    expect(job().result).toBe("unchanged");
    expect(job(true).result).toBe("built");
  });

  test("a changed source makes the executable stale; a changed test does not", () => {
    const before = sourcesHash(root, "c");
    write("cmd/hello.test.ts", "// a test\n");
    expect(sourcesHash(root, "c")).toBe(before);
    write("cmd/other.ts", "export const other = 1;\n");
    expect(sourcesHash(root, "c")).not.toBe(before);
    expect(sourcesHash(root, "d")).not.toBe(sourcesHash(root, "c"));
  });

  test("a source that does not compile fails with the compiler's words and leaves the old executable", () => {
    job();
    write("cmd/broken.ts", "export const = ;\n");
    const done = build({
      root,
      entry: "cmd/broken.ts",
      outfile: "dist/hello",
      commit: "abc123",
      force: false,
    });
    rmSync(join(root, "cmd/broken.ts"));
    expect(done.result).toBe("failed");
    if (done.result === "failed") expect(done.output).toContain("broken.ts");
    expect(existsSync(join(root, "dist/hello"))).toBe(true);
    expect(readdirSync(join(root, "dist")).filter((name) => name.endsWith(".new"))).toEqual([]);
  });
});
