/** What a config file may say. */
import { describe, expect, test } from "bun:test";
import { config, defaultConfig } from "./config.ts";

describe("a config", () => {
  test("that says nothing is strict, records and redacts", () => {
    expect(defaultConfig.audit_mode).toBe("strict");
    expect(defaultConfig.recording).toMatchObject({ enabled: true, input: false });
    expect(defaultConfig.redaction).toEqual({ enabled: true, patterns: [] });
    expect(defaultConfig.retention.content_days).toBeNull();
  });

  test("keeps the other defaults of a section that says something", () => {
    const read = config.parse({ recording: { keep_days: 7 } });
    expect(read.recording).toEqual({ ...defaultConfig.recording, keep_days: 7 });
  });

  test("with a key that nobody knows is refused", () => {
    expect(config.safeParse({ audit_mod: "strict" }).success).toBe(false);
    expect(config.safeParse({ recording: { keep: 7 } }).success).toBe(false);
  });
});
