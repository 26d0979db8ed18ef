/** What a fresh machine relies on: setup sees what is missing, finds a Bun that runs, and says what it cannot do. */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  bunFolders,
  installCommand,
  installedAsLocked,
  lockFits,
  missingPrograms,
  systemPrograms,
  verbs,
} from "./setup.mjs";

const house = join(import.meta.dir, "..");
let root = "";
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), "atlasbridge-setup-"));
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

describe("dependencies", () => {
  const lock = {
    packages: {
      "": {},
      "node_modules/a": { version: "1.0.0", integrity: "x" },
      "node_modules/other-machine": { version: "1.0.0", integrity: "y", optional: true },
    },
  };
  const installed = (version: string, integrity: string) => ({
    packages: { "node_modules/a": { version, integrity } },
  });

  test("what is installed as locked is not installed again, optional parts aside", () => {
    expect(installedAsLocked(lock, installed("1.0.0", "x"))).toBe(true);
  });

  test("another version, other contents or a missing package is seen", () => {
    expect(installedAsLocked(lock, installed("1.0.1", "x"))).toBe(false);
    expect(installedAsLocked(lock, installed("1.0.0", "z"))).toBe(false);
    expect(installedAsLocked(lock, { packages: {} })).toBe(false);
  });

  test("a lock file made for other dependencies does not fit", () => {
    const manifest = { dependencies: { a: "1.0.0" }, devDependencies: { b: "2.0.0" } };
    expect(lockFits(manifest, { packages: { "": manifest } })).toBe(true);
    expect(lockFits(manifest, { packages: { "": { dependencies: { a: "1.0.0" } } } })).toBe(false);
    const newer = { ...manifest, devDependencies: { b: "2.0.1" } };
    expect(lockFits(manifest, { packages: { "": newer } })).toBe(false);
  });

  test("the lock file of this repository fits it", () => {
    const read = (file: string) => JSON.parse(readFileSync(join(house, file), "utf8"));
    expect(lockFits(read("package.json"), read("package-lock.json"))).toBe(true);
  });

  test("the lock file names no host that packages must come from", () => {
    expect(readFileSync(join(house, "package-lock.json"), "utf8")).not.toContain('"resolved"');
  });
});

describe("Bun", () => {
  test("packages for this machine are tried, the plain one first, others never", () => {
    const names = ["bun-linux-x64-musl", "bun-linux-aarch64", "bun-linux-x64", "bun-darwin-x64"];
    expect(bunFolders("linux", "x64", names)).toEqual(["bun-linux-x64", "bun-linux-x64-musl"]);
    expect(bunFolders("linux", "arm64", names)).toEqual(["bun-linux-aarch64"]);
    expect(bunFolders("win32", "x64", ["bun-windows-x64"])).toEqual(["bun-windows-x64"]);
  });
});

describe("system programs", () => {
  test("a program that is not on the path is missing, and each has a package", () => {
    mkdirSync(join(root, "bin"));
    writeFileSync(join(root, "bin/tmux"), "");
    expect(missingPrograms(["tmux", "vim"], `/nowhere:${join(root, "bin")}`)).toEqual(["vim"]);
    expect(installCommand(["vim", "script"]).join(" ")).toBe(
      "apt-get install -y --no-install-recommends vim bsdutils",
    );
  });

  test("each verb asks for programs whose package is known", () => {
    for (const { programs } of Object.values(verbs)) {
      expect(programs.filter((name) => !(name in systemPrograms))).toEqual([]);
    }
  });
});

describe("the command", () => {
  const run = (cwd: string, ...args: string[]) => {
    const done = Bun.spawnSync(["node", join(cwd, "cmd/setup.mjs"), ...args], { cwd });
    return { code: done.exitCode, out: done.stdout.toString(), err: done.stderr.toString() };
  };
  /** A copy of the house with nothing in it but setup and one verb's file. */
  const copy = (file: string, text: string) => {
    const folder = mkdtempSync(join(root, "house-"));
    mkdirSync(join(folder, "cmd"));
    cpSync(join(house, "cmd/setup.mjs"), join(folder, "cmd/setup.mjs"));
    writeFileSync(join(folder, file), text);
    writeFileSync(join(folder, "package.json"), "{}");
    writeFileSync(join(folder, "package-lock.json"), '{ "packages": {} }');
    mkdirSync(join(folder, "node_modules/bun/bin"), { recursive: true });
    writeFileSync(join(folder, "node_modules/.package-lock.json"), '{ "packages": {} }');
    cpSync(process.execPath, join(folder, "node_modules/bun/bin/bun.exe"));
    return folder;
  };

  test("every npm script names a verb", () => {
    const { scripts } = JSON.parse(readFileSync(join(house, "package.json"), "utf8"));
    for (const [name, line] of Object.entries(scripts)) {
      expect(line).toBe(`node cmd/setup.mjs ${name}`);
      expect(Object.keys(verbs)).toContain(name);
    }
    expect(Object.keys(scripts).sort()).toEqual(Object.keys(verbs).sort());
  });

  test("arguments, output and exit code pass through untouched", () => {
    const folder = copy(
      "cmd/mutate.ts",
      "console.log(process.argv.slice(2).join('|')); process.exit(7);",
    );
    const { code, out, err } = run(folder, "mutate", "--", "a b", "-x");
    expect(out).toBe("--|a b|-x\n");
    expect(code).toBe(7);
    expect(err).toMatch(/^setup: mutate failed with exit code 7 \(\d+\.\d s\)\n$/);
  });

  test("a verb that ends by a signal ends with 128 and its number", () => {
    const folder = copy(
      "cmd/mutate.ts",
      "process.kill(process.pid, 'SIGKILL'); await Bun.sleep(9e3);",
    );
    expect(run(folder, "mutate").code).toBe(137);
  });

  test("an unknown verb and a missing file are told in one line", () => {
    const folder = copy("cmd/other.ts", "");
    expect(run(folder, "fly").err).toBe(
      "setup: usage: npm run demo|test|check|dev|build|bench|soak|exit-criteria|mutate|site [-- arguments]\n",
    );
    expect(run(folder, "mutate")).toEqual({
      code: 1,
      out: "",
      err: "setup: cmd/mutate.ts does not exist, so there is nothing to mutate yet\n",
    });
  });

  test("dependencies that disagree with the lock file stop everything, before anything is installed", () => {
    const folder = copy("cmd/mutate.ts", "");
    writeFileSync(join(folder, "package.json"), '{ "dependencies": { "a": "1.0.0" } }');
    expect(run(folder, "mutate")).toEqual({
      code: 1,
      out: "",
      err: "setup: package.json and package-lock.json disagree; run npm install --package-lock-only and commit both\n",
    });
  });

  test("without a Bun that runs, it says what was tried", () => {
    const folder = copy("cmd/mutate.ts", "");
    writeFileSync(join(folder, "node_modules/bun/bin/bun.exe"), "not a program");
    const { code, err } = run(folder, "mutate");
    expect(code).toBe(1);
    expect(err).toContain("no Bun binary for");
    expect(err).toContain("bun.exe");
  });
});
