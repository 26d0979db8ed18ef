/** Prepares one run of an AI tool by a rig, and records it within the rig's loopback-only namespace. */
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import * as z from "zod";
import type { AgentScenario } from "./agent-scenario.ts";
import type { StageOrder } from "./agent-stage.ts";

/** Short and the same for everybody, since tools print it. */
const runs = "/tmp/rigrun";
const port = 8099;
const chatPort = 8098;

export type RigRun = {
  rig: string;
  /** A folder in which npm installed tools that the rig does not know. */
  tools: string | null;
  /** Where the case goes, without extension. */
  path: string;
};

const prepared = z.object({
  cmd: z.array(z.string()).min(1),
  env: z.record(z.string(), z.string()),
  cwd: z.string(),
  home: z.string(),
  dir: z.string(),
  version: z.string(),
  bun: z.string(),
});
type Prepared = z.infer<typeof prepared>;

/** The rig's own preparation; a tool that it does not know gets the folder, the home and the environment alone. */
const preparation = `
import json, os, shutil, sys
sys.path.insert(0, sys.argv[1])
import rig
rig.RUNS = sys.argv[2]
agent, name, variant, opts = sys.argv[3], sys.argv[4], sys.argv[5], json.loads(sys.argv[6])
known = agent in rig.AGENTS
if not known: rig.binary = lambda _: "/bin/true"
p = rig.prepare(agent, name, variant, opts)
print(json.dumps({**p, "version": rig.version(agent) if known else "", "bun": rig.bun()}))
`;

/** Exit code of the stage, 0 when the case was written, and what it said. */
export async function recordInRig(
  scenario: AgentScenario,
  run: RigRun,
): Promise<{ code: number; said: string }> {
  const ready = prepare(scenario, run);
  if (typeof ready === "string") return { code: 1, said: ready };
  writeFiles(scenario, ready);
  const orderFile = join(ready.dir, "order.json");
  writeFileSync(orderFile, JSON.stringify(orderOf(scenario, ready, run)));
  const model = join(ready.dir, "scenario.json");
  const { name, agent } = scenario;
  writeFileSync(model, JSON.stringify({ name, prompt: "", turns: agent.turns }));
  const portFile = join(ready.dir, "port");
  const script = `"$1" "$2/fake_llm.ts" --scenario "$3" --port ${port} --log "$4/llm.jsonl" --cwd "$5" \\
    --port-file "${portFile}" 2>"$4/llm.err" &
  "$6" "$9" "$3" ${chatPort} "$5" 2>"$4/chat.err" &
  i=0; while [ ! -s "${portFile}" ] && [ $i -lt 100 ]; do sleep 0.05; i=$((i+1)); done
  exec "$6" "$7" "$8"`;
  const stage = join(import.meta.dirname, "agent-stage.ts");
  const argv = [
    ready.bun,
    run.rig,
    model,
    ready.dir,
    ready.cwd,
    process.execPath,
    stage,
    orderFile,
    join(import.meta.dirname, "chat-model.ts"),
  ];
  const namespace = join(run.rig, "ns.sh");
  const child = Bun.spawn([namespace, "sh", "-c", script, "sh", ...argv], {
    stdin: "ignore",
    stdout: "pipe",
    stderr: "pipe",
  });
  const [out, err, code] = await Promise.all([
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
    child.exited,
  ]);
  return { code, said: `${out}${err}` };
}

function prepare({ name, program, agent }: AgentScenario, { rig }: RigRun): Prepared | string {
  if (!existsSync(join(rig, "rig.py"))) return `${rig} is no rig: it has no rig.py`;
  mkdirSync(runs, { recursive: true });
  const options = JSON.stringify({ args: agent.args, toml: agent.toml ?? [] });
  const words = [rig, runs, program, name.replace("/", "-"), agent.variant, options];
  const done = Bun.spawnSync(["python3", "-c", preparation, ...words]);
  if (done.exitCode !== 0) return `the rig could not prepare it: ${done.stderr.toString()}`;
  return prepared.parse(JSON.parse(done.stdout.toString()));
}

function writeFiles({ agent }: AgentScenario, { cwd, home }: Prepared): void {
  const put = (folder: string, files: Readonly<Record<string, string>>): void => {
    for (const [file, text] of Object.entries(files)) {
      const path = join(folder, file);
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, text.replaceAll("$CWD", cwd));
    }
  };
  put(cwd, agent.files ?? {});
  put(home, agent.home ?? {});
  if (agent.settings === undefined) return;
  const file = join(home, ".gemini", "settings.json");
  const settings: unknown = JSON.parse(readFileSync(file, "utf8"));
  writeFileSync(file, JSON.stringify(Object.assign({}, settings, agent.settings)));
}

function orderOf(scenario: AgentScenario, ready: Prepared, { tools, path }: RigRun): StageOrder {
  const { agent, program } = scenario;
  const shown = [program, ...agent.args];
  const placed = (text: string): string => text.replaceAll("$TOOLS", tools ?? "");
  const own = agent.command?.map(placed);
  const env = Object.entries(agent.env ?? {}).map(
    ([name, value]) => [name, placed(value)] as const,
  );
  rmSync(`${path}.cast`, { force: true });
  return {
    scenario,
    version: own === undefined ? ready.version : versionBelow(tools ?? "", own),
    cwd: ready.cwd,
    argv: own === undefined ? ready.cmd : [...own, ...agent.args],
    shown,
    env: { ...ready.env, ...Object.fromEntries(env) },
    path,
  };
}

/** Of the nearest package.json at or above the program. */
function versionBelow(tools: string, command: readonly string[]): string {
  const file = command.find((word) => word.startsWith(tools)) ?? "";
  for (let at = dirname(file); at.startsWith(tools) && at !== tools; at = dirname(at)) {
    const manifest = join(at, "package.json");
    if (!existsSync(manifest)) continue;
    const { version } = z
      .object({ version: z.string().optional() })
      .parse(JSON.parse(readFileSync(manifest, "utf8")));
    if (version !== undefined) return version;
  }
  return "";
}
