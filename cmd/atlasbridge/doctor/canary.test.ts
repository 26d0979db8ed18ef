/** The canary sings where all is alive, and where one link is broken it says which: each is broken here in turn. */
import { expect, test } from "bun:test";
import { Database } from "bun:sqlite";
import { readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { readEnvironment } from "../../../runtime/config.ts";
import { scratchFolder } from "../../../runtime/trace/scratch.example.ts";
import { canaryFindings, type CanaryParts } from "./canary.ts";

async function sung(parts: Partial<CanaryParts> = {}) {
  const folder = scratchFolder();
  const { variables } = readEnvironment();
  const findings = await canaryFindings({ variables, folder, withinMs: 20_000, ...parts });
  // Nothing is left of it, however it went.
  expect(readdirSync(folder)).toEqual([]);
  const broken = findings.filter(({ status }) => status === "failed");
  return { links: findings.map(({ name }) => name), broken: broken[0] ?? null };
}

const asks = "printf 'Canary: go on? [y/n] '; read -r a";
const shell = (script: string): Partial<CanaryParts> => ({ tool: ["sh", "-c", script] });
const inTrace = (sql: string): Partial<CanaryParts> => ({
  afterwards: (home) => {
    const database = new Database(join(home, "trace.db"));
    database.run(sql);
    database.close();
  },
});

test("alive: every link is told, in the order in which a prompt goes through them", async () => {
  const links = ["start", "detection", "policy", "injection", "trace"];
  expect(await sung()).toEqual({ links, broken: null });
});

test("whatever the person's own settings are: they are for their sessions", async () => {
  const home = join(scratchFolder(), "config.yaml");
  writeFileSync(home, "nonsense: [");
  const { variables } = readEnvironment();
  const set = { ATLASBRIDGE_HOME: home, ATLASBRIDGE_AUDIT_MODE: "nonsense" };
  const governed = { ATLASBRIDGE_SESSION: "0193a1b2-0000-7000-8000-000000000000" };
  expect((await sung({ variables: { ...variables, ...set, ...governed } })).broken).toBeNull();
});

test("by silence too, where the kernel is not asked", async () => {
  const { variables } = readEnvironment();
  const off = { ...variables, ATLASBRIDGE_KERNEL_EVIDENCE: "off" };
  expect((await sung({ variables: off })).links).toContain("detection");
});

const broken: [string, Partial<CanaryParts>, { name: string; says: string }][] = [
  [
    "a tool that cannot be started",
    { tool: [join(import.meta.path, "canary")] },
    { name: "start", says: "canary.test.ts/canary" },
  ],
  [
    "no folder to be in",
    { folder: join(import.meta.path, "none") },
    { name: "start", says: "no folder" },
  ],
  ["a tool that never asks", shell("echo working"), { name: "detection", says: "not seen" }],
  [
    "a tool that hangs",
    { ...shell("exec sleep 60"), withinMs: 1_500 },
    { name: "detection", says: "not seen" },
  ],
  [
    "a question that is read as another",
    shell("printf 'Your name: '; read -r a"),
    { name: "detection", says: "free_text" },
  ],
  [
    "a policy that does not answer",
    { policy: 'policy_version: "1"\nname: x\nrules: []\n' },
    { name: "policy", says: "require_human" },
  ],
  ["a policy that is none", { policy: "rules: 1\n" }, { name: "policy", says: "canary.yaml" }],
  [
    "a reply that the tool reads otherwise",
    shell(`${asks}; exit 9`),
    { name: "injection", says: "read something else" },
  ],
  [
    "a reply after which the tool fails",
    shell(`${asks}; exit 1`),
    { name: "injection", says: "(1)" },
  ],
  [
    "a question asked twice",
    shell(`${asks}; ${asks}`),
    { name: "injection", says: "typed 2 times" },
  ],
  [
    "an entry that was changed",
    inTrace("UPDATE entries SET at = at + 1 WHERE seq = 3"),
    { name: "trace", says: "entry 3" },
  ],
  [
    "a trace that is gone",
    { afterwards: (home) => rmSync(join(home, "trace.db")) },
    { name: "trace", says: "trace.db" },
  ],
  [
    "a trace that is none",
    { afterwards: (home) => writeFileSync(join(home, "trace.db"), "no database\n".repeat(500)) },
    { name: "trace", says: "damaged" },
  ],
];

test.each(broken)("%s is told as the link that it breaks", async (_what, parts, { name, says }) => {
  const { links, broken: found } =
    parts.folder === undefined ? await sung(parts) : await sungIn(parts);
  expect(links.at(-1)).toBe(name);
  expect(found).toMatchObject({ name, detail: expect.stringContaining(says) });
  expect(found?.fix).toBeTruthy();
});

async function sungIn(parts: Partial<CanaryParts>) {
  const findings = await canaryFindings({ variables: {}, ...parts });
  return { links: findings.map(({ name }) => name), broken: findings.at(-1) ?? null };
}
