/** Proves that what was typed as a secret is in no later record. */
import { expect, test } from "bun:test";
import { promptId } from "../../contracts/ids.ts";
import type { EntryDraft } from "../../contracts/trace.ts";
import { systemRandom } from "../random.ts";
import { Secrets } from "./secrets.ts";

function asked(question: string): EntryDraft {
  return {
    kind: "prompt.detected",
    data: {
      prompt_id: promptId.parse("01890000-0000-7000-8000-000000000001"),
      prompt_kind: "free_text",
      confidence: "high",
      evidence: [],
      options_count: 0,
      has_default: true,
      single_key: false,
      cut: false,
    },
    content: {
      question,
      options: [{ label: question, key: question }],
      default: question,
      subject: { type: "shell", command: question, path: null, host: null, detail: question },
    },
  };
}

const type = (secrets: Secrets, text: string): void =>
  secrets.typed(new TextEncoder().encode(text));

test("a secret that was sent off is blotted out of every text of a later prompt", () => {
  const secrets = new Secrets(systemRandom);
  type(secrets, "hunx\u007fter2\r");
  const [draft] = secrets.withhold([asked("Password: hunter2, again:")]);
  expect(JSON.stringify(draft)).not.toContain("hunter2");
  expect(JSON.stringify(draft)).toContain("Password: •••, again:");
});

test("a secret that is still being typed is, too", () => {
  const secrets = new Secrets(systemRandom);
  type(secrets, "sk-abc");
  expect(JSON.stringify(secrets.withhold([asked("API key: sk-abc")]))).not.toContain("sk-abc");
});

test("without secrets nothing is touched", () => {
  const draft = asked("Name:");
  expect(new Secrets(systemRandom).withhold([draft])).toEqual([draft]);
});

test("one of the keychain's is blotted out too, wherever a value holds it, without being kept", () => {
  const secrets = new Secrets(systemRandom);
  const keys = new TextEncoder().encode("correct horse\r");
  secrets.lent(keys);
  keys.fill(0);
  expect(JSON.stringify(secrets.withhold([asked("You said correct horse?")]))).toContain(
    "You said •••?",
  );
  const value = { rows: ["a", { text: "<correct horse>" }], at: 1, none: null };
  expect(secrets.withholdFrom(value)).toEqual({
    rows: ["a", { text: "<•••>" }],
    at: 1,
    none: null,
  });
});
