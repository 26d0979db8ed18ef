/** Each level shows what it says and nothing else, field by field. */
import { describe, expect, test } from "bun:test";
import { contentFields, contentLevel } from "../../contracts/content-level.ts";
import { exampleDrafts } from "../../contracts/examples.ts";
import { fingerprinter, type Sharing, shownContent } from "./content.ts";
import { hmacSha256 } from "./hashes.ts";

const key = new Uint8Array(32).fill(7);
const sharing: Sharing = {
  level: "none",
  fields: {},
  redact: (text) => text.replaceAll("hunter2", "[redacted]"),
  fingerprint: fingerprinter(key, hmacSha256),
};
const prompt = {
  question: "Run it with hunter2?",
  options: [{ label: "Yes hunter2", key: "y" }],
  default: null,
  subject: {
    type: "shell",
    command: "login hunter2",
    path: "/srv/hunter2",
    host: "db",
    detail: null,
  },
};
const started = { command: ["claude", "hunter2"], cwd: "/home/ada", label: "night" };
const shown = (changed: Partial<Sharing>, content: unknown = prompt) =>
  shownContent(content, { ...sharing, ...changed });

describe("a level", () => {
  test("none: nothing, of any kind that has content", () => {
    for (const draft of Object.values(exampleDrafts)) {
      expect(shown({}, "content" in draft ? draft.content : null)).toBeNull();
    }
  });

  test("full: what was recorded, whole, so that its salt can prove it", () => {
    expect(shown({ level: "full" })).toEqual({ content: prompt, isWhole: true });
  });

  test("redacted: no secret, and whole only where there was none", () => {
    const cleaned = shown({ level: "redacted" });
    expect(JSON.stringify(cleaned)).not.toContain("hunter2");
    expect(cleaned).toMatchObject({
      isWhole: false,
      content: { question: "Run it with [redacted]?" },
    });
    expect(shown({ level: "redacted" }, { reply: "y" })).toEqual({
      content: { reply: "y" },
      isWhole: true,
    });
  });

  test("fingerprint: for each field a keyed hash, equal for what reads equal, and no word", () => {
    const one = shown({ level: "fingerprint" });
    const again = { ...prompt, question: "  Run it\nwith   hunter2? " };
    expect(shown({ level: "fingerprint" }, again)).toEqual(one);
    const other = shown({ level: "fingerprint" }, { ...prompt, question: "Run it?" });
    expect(other).not.toEqual(one);
    const text = JSON.stringify(one);
    for (const word of ["Run", "hunter2", "login", "srv", "db", "shell", "Yes"]) {
      expect(text).not.toContain(word);
    }
    expect(Object.keys(Object(one?.content))).toEqual([
      "question",
      "options",
      "default",
      "subject",
    ]);
    expect(one).toMatchObject({ isWhole: false, content: { default: null } });
  });

  test("fingerprint: another key, or another field, gives another one", () => {
    const others = fingerprinter(new Uint8Array(32), hmacSha256);
    expect(others("reply", "y")).not.toBe(sharing.fingerprint("reply", "y"));
    expect(sharing.fingerprint("label", "y")).not.toBe(sharing.fingerprint("reply", "y"));
    expect(sharing.fingerprint("reply", "y")).toMatch(/^hmac-sha256:[0-9a-f]{64}$/);
  });
});

describe("a field's own level goes before the general one", () => {
  test("it alone is shown where nothing else is", () => {
    expect(shown({ fields: { command: "full" } })).toEqual({
      content: { subject: { command: "login hunter2" } },
      isWhole: false,
    });
    expect(shown({ fields: { cwd: "full", label: "full" } }, started)).toEqual({
      content: { cwd: "/home/ada", label: "night" },
      isWhole: false,
    });
  });

  test("it alone is left out where everything else is shown", () => {
    const { path: _path, ...subject } = prompt.subject;
    expect(shown({ level: "full", fields: { path: "none" } })).toEqual({
      content: { ...prompt, subject },
      isWhole: false,
    });
  });

  test("the label of an option is not the label of a session", () => {
    const content = shown({ fields: { label: "full" } });
    expect(content).toBeNull();
  });

  test("each field that can be named is one of some content", () => {
    const contents = [prompt, started, { reply: "y" }];
    for (const field of contentFields) {
      const some = contents.map((content) => shown({ fields: { [field]: "full" } }, content));
      expect({ field, isThere: some.some((one) => one !== null) }).toEqual({
        field,
        isThere: true,
      });
    }
    expect(contentLevel.options).toHaveLength(4);
  });
});
