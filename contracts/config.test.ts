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

  test("that says nothing of a cloud sends nothing, and no content where it says no more", () => {
    expect(defaultConfig.cloud).toMatchObject({ url: null, key_id: null, content: "none" });
    const url = "https://atlas.example.com";
    const read = config.parse({ cloud: { url, content_fields: { reply: "fingerprint" } } });
    expect(read.cloud).toMatchObject({ content: "none", content_fields: { reply: "fingerprint" } });
    for (const bad of [{ url: "ftp://x" }, { key_id: "abs_x" }, { content: "all" }]) {
      expect(config.safeParse({ cloud: bad }).success).toBe(false);
    }
    expect(config.safeParse({ cloud: { content_fields: { replies: "full" } } }).success).toBe(
      false,
    );
  });

  test("with a key that nobody knows is refused", () => {
    expect(config.safeParse({ audit_mod: "strict" }).success).toBe(false);
    expect(config.safeParse({ recording: { keep: 7 } }).success).toBe(false);
  });
});
