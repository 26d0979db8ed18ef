/** The operator's settings: what the file says, what overrides it, and what is refused. */
import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { defaultConfig } from "../contracts/config.ts";
import { limits } from "../contracts/limits.ts";
import { configKeys, readConfig } from "./config-file.ts";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "config-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const configFile = () => join(folder, "config.yaml");

function read(text: string, variables: Record<string, string> = {}) {
  writeFileSync(configFile(), text, { mode: 0o600 });
  return readConfig({ configFile: configFile() }, { variables });
}

describe("the settings", () => {
  test("are the defaults where there is no file, or one that says nothing", () => {
    expect(readConfig({ configFile: configFile() }, { variables: {} })).toEqual(defaultConfig);
    expect(read("")).toEqual(defaultConfig);
    expect(read("# only a comment\n")).toEqual(defaultConfig);
  });

  test("are the file's, and defaults for the rest", () => {
    const settings = read("audit_mode: best_effort\nrecording:\n  keep_days: 7\n");
    expect(settings.audit_mode).toBe("best_effort");
    expect(settings.recording).toEqual({ ...defaultConfig.recording, keep_days: 7 });
  });

  test("are overridden by variables", () => {
    const settings = read("recording: { keep_days: 7, enabled: true }\n", {
      ATLASBRIDGE_RECORDING_ENABLED: "false",
      ATLASBRIDGE_AUDIT_MODE: "best_effort",
    });
    expect(settings.audit_mode).toBe("best_effort");
    expect(settings.recording).toMatchObject({ keep_days: 7, enabled: false });
  });

  test("each have a description and a variable", () => {
    expect(configKeys.map(({ key }) => key)).toContain("recording.keep_days");
    expect(configKeys.filter(({ description }) => description === "")).toEqual([]);
    expect(new Set(configKeys.map(({ variable }) => variable)).size).toBe(configKeys.length);
  });
});

describe("refused is", () => {
  const cases: [string, string, RegExp][] = [
    [
      "a setting nobody knows",
      "audit_mod: strict\n",
      /yaml:1:1: "audit_mod" is not a setting; there are audit_mode/,
    ],
    ["one of a section", "recording:\n  keep: 7\n", /"keep" is not a setting of recording/],
    ["a value that is none", "audit_mode: sometimes\n", /yaml:1:13: audit_mode: /],
    ["a number out of bounds", "recording:\n  keep_days: 0\n", /yaml:2:14: recording.keep_days/],
    ["broken YAML", "recording: {\n", /config\.yaml:\d+:\d+: /],
    ["a key given twice", "audit_mode: strict\naudit_mode: strict\n", /yaml:2:1: /],
    ["an alias", "a: &x 1\nb: *x\n", /aliases are not allowed/],
    ["a list", "- strict\n", /config\.yaml/],
    [
      "a pattern without a name",
      "redaction: { patterns: [{ pattern: x }] }\n",
      /patterns\.0\.name/,
    ],
  ];
  for (const [what, text, message] of cases) {
    test(what, () => expect(() => read(text)).toThrow(message));
  }

  test("a variable whose value is none, by its name", () => {
    const variables = { ATLASBRIDGE_RECORDING_KEEP_DAYS: "soon" };
    expect(() => read("", variables)).toThrow(
      /variable ATLASBRIDGE_RECORDING_KEEP_DAYS.*keep_days/,
    );
  });

  test("a file that is too large", () => {
    expect(() => read(`#${"x".repeat(limits.configFileBytesMax)}`)).toThrow(/larger than/);
  });

  // Skipped on Windows, which has neither such modes nor such files.
  test.skipIf(process.platform === "win32")("a file that others may change", () => {
    read("");
    chmodSync(configFile(), 0o666);
    const again = () => readConfig({ configFile: configFile() }, { variables: {} });
    expect(again).toThrow(/chmod go-w/);
  });

  // Skipped on Windows, which has neither such modes nor such files.
  test.skipIf(process.platform === "win32")("a pipe, without waiting for who writes to it", () => {
    Bun.spawnSync(["mkfifo", configFile()]);
    expect(() => readConfig({ configFile: configFile() }, { variables: {} })).toThrow(/not a file/);
  });
});
