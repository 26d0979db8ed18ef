/** The demo's scenes: real programs that ask, the policy that answers, and how each has to end. */
import { existsSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import type { StoredEntry } from "../../contracts/trace.ts";

export type Played = { cwd: string; exitCode: number; entries: StoredEntry[]; screen: string };

export type Scene = {
  name: string;
  title: string;
  argv: string[];
  /** The command as a person would write it. */
  shown: string;
  prepare(cwd: string): Promise<void>;
  /** What the person at the keyboard types when a prompt is left to them; null: there is nobody for it. */
  person: string | null;
  /** What is wrong, or null. */
  check(played: Played): Promise<string | null>;
  /** Said when nothing is. */
  proof: string;
};

export const demoPolicy = `policy_version: "1"
name: demo
autonomy_mode: full
rules:
  - id: never-delete
    description: A question about deleting is refused, whatever else would match
    match:
      contains: "remove|delete|wipe"
      contains_is_regex: true
    action: { type: deny, reason: "nothing is deleted without a person" }
  - id: stage-hunks
    description: Staging is harmless, it can be undone
    match: { tool_id: git, contains: "Stage this hunk" }
    action: { type: auto_reply, value: "y" }
  - id: accept-defaults
    description: npm init may keep what it suggests
    match: { tool_id: npm, prompt_type: [free_text] }
    action: { type: auto_reply, value: "\\n" }
  - id: npm-ok
    match: { tool_id: npm, prompt_type: [yes_no], contains: "Is this OK" }
    action: { type: auto_reply, value: "y" }
defaults:
  no_match: require_human
`;

const secret = "correct horse battery staple";

export const scenes: Scene[] = [
  {
    name: "git",
    title: "git add -p: every hunk staged by a rule",
    argv: ["git", "add", "-p"],
    shown: "git add -p",
    person: null,
    async prepare(cwd) {
      await mkdir(cwd, { recursive: true });
      await git(cwd, "init", "-q");
      const lines = Array.from({ length: 40 }, (_, n) => `line ${n + 1}`);
      await Bun.write(join(cwd, "notes.txt"), `${lines.join("\n")}\n`);
      await git(cwd, "add", ".");
      await git(
        cwd,
        "-c",
        "user.name=demo",
        "-c",
        "user.email=demo@localhost",
        "commit",
        "-qm",
        "x",
      );
      lines[2] = "line 3, changed";
      lines[35] = "line 36, changed";
      await Bun.write(join(cwd, "notes.txt"), `${lines.join("\n")}\n`);
    },
    async check({ cwd, exitCode }) {
      if (exitCode !== 0) return `git ended with ${exitCode}`;
      const left = await git(cwd, "diff", "--name-only");
      return left === "" ? null : "not every hunk was staged";
    },
    proof: "both hunks are staged; nobody pressed a key",
  },
  {
    name: "npm",
    title: "npm init: a dozen questions, each answered once",
    // The demo needs no network: npm would look for a newer npm while it asks.
    argv: ["npm", "--no-update-notifier", "init"],
    shown: "npm --no-update-notifier init",
    person: null,
    prepare: async (cwd) => {
      await mkdir(cwd, { recursive: true });
    },
    async check({ cwd, exitCode }) {
      if (exitCode !== 0) return `npm ended with ${exitCode}`;
      return existsSync(join(cwd, "package.json")) ? null : "there is no package.json";
    },
    proof: "package.json is there",
  },
  {
    name: "password",
    title: "A password stays with the person",
    argv: ["bash", "-c", 'read -rsp "Password: " p; echo; echo "read ${#p} characters"'],
    shown: `bash -c 'read -rsp "Password: " p; …'`,
    person: `${secret}\r`,
    prepare: async (cwd) => {
      await mkdir(cwd, { recursive: true });
    },
    async check({ entries, screen }) {
      if (entries.some((entry) => entry.kind === "reply.injected")) return "policy typed something";
      if (JSON.stringify(entries).includes(secret)) return "the secret is in the trace";
      return screen.includes(`read ${secret.length} characters`) ? null : "it did not arrive";
    },
    proof: "it was called to the person, typed by the person, and is in no record",
  },
  {
    name: "rm",
    title: "A dangerous question is denied by policy",
    argv: ["rm", "-i", "precious.txt"],
    shown: "rm -i precious.txt",
    person: null,
    async prepare(cwd) {
      await mkdir(cwd, { recursive: true });
      await Bun.write(join(cwd, "precious.txt"), "the only copy\n");
    },
    check: async ({ cwd }) =>
      existsSync(join(cwd, "precious.txt")) ? null : "the file was removed",
    proof: "the file is still there",
  },
];

async function git(cwd: string, ...args: string[]): Promise<string> {
  const child = Bun.spawn(["git", ...args], { cwd, stdio: ["ignore", "pipe", "inherit"] });
  const text = await new Response(child.stdout).text();
  if ((await child.exited) !== 0) throw new Error(`git ${args.join(" ")} failed in the demo`);
  return text;
}
