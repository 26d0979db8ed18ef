/** What decides in a session: the strictest of all that has a say, at the decision and again at the keystroke. */
import { afterEach, beforeEach, expect, test } from "bun:test";
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { AtlasError } from "../../../contracts/errors.ts";
import { autonomyMode } from "../../../contracts/policy.ts";
import type { Prompt } from "../../../contracts/prompt.ts";
import type { EntryDraft } from "../../../contracts/trace.ts";
import { writeAutopilot } from "../../../runtime/operator/autopilot.ts";
import { examplePrompt } from "../../../runtime/policy/examples.ts";
import { openCli } from "../cli.ts";
import { loadGovernance } from "./governance.ts";

let folder = "";
beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), "governance-")));
  write("home/policy.yaml", answers);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const at = (name: string) => join(folder, name);

function write(name: string, text: string): string {
  const file = at(name);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `policy_version: "2"\n${text}`, { mode: 0o600 });
  return file;
}

const answers = 'rules: [{ id: all, action: { type: auto_reply, value: "y" } }]\n';
const where = { tool: "claude", state: "waiting" } as const;

function open(options: Parameters<typeof loadGovernance>[1] = {}) {
  return loadGovernance(openCli({ home: at("home") }), options, folder);
}

function brake(state: "running" | "paused", mode: "off" | "assist" | "full"): void {
  writeAutopilot(at("home/autopilot.json"), { state, mode, changed_at: 1 });
}

test("the strictest of every policy, the flag and the machine's brake is the mode", () => {
  for (const [user, project, flag, machine] of [
    ["full", "full", "full", "full"],
    ["assist", "full", "full", "full"],
    ["full", "assist", "full", "full"],
    ["full", "full", "assist", "full"],
    ["full", "full", "full", "assist"],
    ["off", "assist", "full", "full"],
    ["full", "off", "assist", "assist"],
    ["assist", "assist", "assist", "off"],
  ] as const) {
    write("home/policy.yaml", `autonomy_mode: ${user}\n${answers}`);
    write(".atlasbridge/policy.yaml", `autonomy_mode: ${project}\n`);
    brake("running", machine);
    const order = autonomyMode.options;
    const strictest = Math.min(...[user, project, flag, machine].map((one) => order.indexOf(one)));
    expect(open({ mode: flag }).mode()).toBe(order[strictest] ?? "off");
  }
});

test("a pause, a limit or another policy that comes after the decision holds the keystroke back", () => {
  const governance = open();
  const decision = governance.decide(examplePrompt(), where);
  expect(decision.action).toBe("auto_reply");
  expect(governance.heldBack(decision)).toBeNull();
  brake("paused", "full");
  expect(governance.heldBack(decision)).toBe("automatic replies were paused");
  brake("running", "assist");
  expect(governance.heldBack(decision)).toBe("automatic replies were limited to assist");
  brake("running", "full");
  expect(governance.heldBack(null)).toBeNull();
  write("home/policy.yaml", "rules: []\n");
  expect(governance.heldBack(decision)).toBe("the policy had changed");
});

test("what is paused goes to a person, its secret with it", () => {
  brake("paused", "full");
  expect(open().decide(examplePrompt(), where)).toMatchObject({
    action: "require_human",
    value: null,
    secret: null,
  });
});

test("a change is recorded with both hashes, and told to the person only when it is bad", () => {
  const governance = open();
  const drafts: EntryDraft[] = [];
  const told: string[] = [];
  governance.follow({
    record: (draft) => void drafts.push(draft),
    tell: (line) => void told.push(line),
  });
  const before = governance.loaded.policy_hash;
  write("home/policy.yaml", "rules: []\n");
  const { policy_hash } = governance.decide(examplePrompt(), where);
  write("home/policy.yaml", "hunter2: x\n");
  expect(governance.decide(examplePrompt(), where).policy_hash).toBe(policy_hash);
  governance.close();
  expect(drafts).toMatchObject([
    { kind: "policy.changed", data: { old_hash: before, policy_hash, rules: 0 } },
    { kind: "policy.kept", data: { policy_hash } },
  ]);
  expect(told).toHaveLength(1);
  expect(JSON.stringify(drafts)).not.toContain("hunter2");
});

test("what governs the session is not for its tool to change, whatever the rules answer", () => {
  const policy = write("policy.yaml", answers);
  write("src/a.ts", "");
  const governance = open({ policy });
  const edits = (path: string): Prompt =>
    examplePrompt({ subject: { type: "file_edit", command: null, path, host: null } });
  expect(governance.decide(edits("src/a.ts"), where).action).toBe("auto_reply");
  for (const path of ["policy.yaml", at("home/policy.yaml"), ".atlasbridge/policy.yaml"]) {
    const decision = governance.decide(edits(path), where);
    expect(decision).toMatchObject({ action: "require_human", risk: "critical" });
  }
});

test("a policy that cannot be there is one clear line", () => {
  for (const policy of [at("none.yaml"), join(at("home/policy.yaml"), "x"), at("home")]) {
    expect(() => open({ policy })).toThrow(AtlasError);
  }
});

test("a policy that came through a pipe is kept for the session", async () => {
  const script = `exec "$0" --eval '
    const { loadGovernance } = require(process.argv[1]);
    const { openCli } = require(process.argv[2]);
    const governance = loadGovernance(openCli({ home: process.argv[3] }), { policy: process.argv[4] }, process.argv[3]);
    const told = [];
    governance.follow({ record: (draft) => told.push(draft), tell: (line) => told.push(line) });
    console.log(JSON.stringify([governance.loaded.rules, governance.heldBack(null), told]));
  ' "$1" "$2" "$3" <(cat "$4")`;
  const files = [join(import.meta.dir, "governance.ts"), join(import.meta.dir, "..", "cli.ts")];
  const words = [process.execPath, ...files, at("home"), at("home/policy.yaml")];
  const child = Bun.spawn(["bash", "-c", script, ...words], { stdout: "pipe", stderr: "inherit" });
  expect(JSON.parse(await new Response(child.stdout).text())).toEqual([1, null, []]);
});
