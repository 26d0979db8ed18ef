/** Proves that a store behind the redactor holds no secret of any draft, and keeps every promise of a store. */
import { describe, expect, test } from "bun:test";
import { defaultConfig } from "../../contracts/config.ts";
import { limits } from "../../contracts/limits.ts";
import type { EntryDraft } from "../../contracts/trace.ts";
import type { Clock } from "../clock.ts";
import { manualClock } from "../manual-clock.ts";
import { systemRandom } from "../random.ts";
import * as draft from "./drafts.example.ts";
import { openMemoryStore } from "./memory.ts";
import { fake } from "./redact/fakes.example.ts";
import { redactorOf } from "./redact.ts";
import { redactingStore } from "./redacting-store.ts";
import { storeSuite } from "./store.suite.ts";

const token = fake("gh|p_@a36");
const value = fake("@a20");
const redactor = redactorOf({
  settings: { ...defaultConfig.redaction, patterns: [{ name: "badge", pattern: "B-\\d{4}" }] },
  variables: { SHOP_TOKEN: value, HOME: "/home/ada" },
  loadRules: null,
});

function open(clock: Clock = manualClock()) {
  const store = openMemoryStore({ clock, random: systemRandom, runtimeVersion: "0.0.0" });
  return redactingStore(store, redactor);
}

/** What is stored of these drafts, as text. */
function stored(...drafts: EntryDraft[]): string {
  const store = open();
  store.append(drafts, { sessionId: draft.newSession() });
  return JSON.stringify([...store.entries()]);
}

describe("redacting store", () => {
  storeSuite((clock) => open(clock));
});

test("what a prompt shows: question, options, default and subject", () => {
  const id = draft.newPrompt();
  const text = `uses ${token} and ${value} of B-1234`;
  const detected = draft.detected(id, text);
  if (detected.kind !== "prompt.detected") throw new Error("not a prompt");
  const subject = { type: "shell", command: text, path: text, host: text, detail: text } as const;
  const options = [{ label: text, key: text }];
  const kept = stored({
    ...detected,
    content: { question: text, options, default: text, subject },
  });
  for (const secret of [token, value, "B-1234"]) expect(kept).not.toContain(secret);
  expect(kept).toContain(
    "uses [redacted:github-token] and [redacted:environment] of [redacted:badge]",
  );
  expect(kept).toContain(id);
});

test("what started the session: each word in the light of the one before it", () => {
  const started = draft.started("bash", `for ${token}`);
  if (started.kind !== "session.started") throw new Error("not a start");
  const command = ["mysql", "--password", "open sesame", "-pswordfish7", "--host", "db"];
  const content = { command, cwd: `/work/${token}`, label: `for ${token}` };
  const kept = stored({ ...started, content });
  for (const secret of [token, "sesame", "swordfish7"]) expect(kept).not.toContain(secret);
  expect(kept).toContain(
    '["mysql","--password","[redacted:password]","-p[redacted:password]","--host","db"]',
  );
});

test("metadata that holds text, and no other", () => {
  const decided = draft.decided(draft.newPrompt());
  if (decided.kind !== "decision.made") throw new Error("not a decision");
  const data = { ...decided.data, reason: token, rule_id: token, risk_factors: [token] };
  const kept = stored(
    { ...decided, data },
    {
      kind: "policy.loaded",
      data: { policy_hash: decided.data.policy_hash, name: token, rules: 1 },
    },
    { kind: "operator.acted", data: { action: token, by: "cli" }, content: { folder: token } },
    {
      kind: "reply.received",
      data: { prompt_id: data.prompt_id, by: "cli" },
      content: { reply: token },
    },
  );
  expect(kept).not.toContain(token);
  expect(kept).toContain(decided.data.policy_hash);
  expect(kept).toContain(data.prompt_id);
});

test("a secret that the limit of a text has cut is not kept in part", () => {
  const question = `${"x ".repeat(limits.questionCharsMax)}${token} `.slice(
    -limits.questionCharsMax,
  );
  const detected = draft.detected(draft.newPrompt(), `${token.slice(-12)} ${question}`);
  if (detected.kind !== "prompt.detected" || detected.content === undefined) throw new Error();
  const label = `${"y".repeat(limits.optionLabelCharsMax - 7)} ${token}`;
  const options = [{ label: label.slice(0, limits.optionLabelCharsMax), key: null }];
  const kept = stored({
    ...detected,
    data: { ...detected.data, cut: true },
    content: { ...detected.content, options },
  });
  expect(kept).not.toContain(token.slice(-12));
  expect(kept).not.toContain(token.slice(0, 6));
});
