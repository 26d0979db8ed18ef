/**
 * Makes the recordings of AI tools again, through a rig that has them: `bun bench/record-agents.ts --rig DIR [NAME…]`.
 * The rig is a folder as `bench/README.md` describes it; nothing in it is part of this project.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import * as z from "zod";
import { type AgentScenario, agentScenario } from "./recorder/agent-scenario.ts";
import { recordInRig, type RigRun } from "./recorder/agent-rig.ts";

const usage = `usage: bun bench/record-agents.ts --rig DIR [--out DIR] [--tools DIR] [NAME…]

NAME     a scenario such as claude/plan, or the beginning of its name; all without one
--out    where the cases go instead of runtime/prompt/recordings/tools
--tools  a folder in which npm installed tools that the rig does not know
--list   the names
`;

const here = import.meta.dirname;

function scenarios(): AgentScenario[] {
  const folder = join(here, "recorder", "agents");
  const files = readdirSync(folder).filter((file) => file.endsWith(".json"));
  return files.flatMap((file) => {
    const text = readFileSync(join(folder, file), "utf8");
    const parsed = z.array(agentScenario).safeParse(JSON.parse(text));
    if (parsed.success) return parsed.data;
    const [issue] = parsed.error.issues;
    throw new Error(`${file}: ${issue?.path.join(".")}: ${issue?.message}`);
  });
}

async function main(words: string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args: words,
    allowPositionals: true,
    options: {
      rig: { type: "string" },
      out: { type: "string", default: join(here, "../runtime/prompt/recordings/tools") },
      tools: { type: "string" },
      list: { type: "boolean", default: false },
      help: { type: "boolean", default: false },
    },
  });
  const all = scenarios();
  if (values.list || values.help) {
    console.log(values.help ? usage : all.map(({ name }) => name).join("\n"));
    return 0;
  }
  if (values.rig === undefined) throw new Error(`no rig was given\n${usage}`);
  const tools = values.tools === undefined ? null : resolve(values.tools);
  const rig = resolve(values.rig);
  let failed = 0;
  for (const scenario of chosen(all, positionals)) {
    const path = join(resolve(values.out), scenario.name);
    failed += (await record(scenario, { rig, tools, path })) ? 0 : 1;
  }
  return failed === 0 ? 0 : 1;
}

function chosen(all: readonly AgentScenario[], names: readonly string[]): AgentScenario[] {
  const unknown = names.find((given) => !all.some(({ name }) => name.startsWith(given)));
  if (unknown !== undefined) throw new Error(`no scenario is called ${unknown}; see --list`);
  return all.filter(
    ({ name }) => names.length === 0 || names.some((given) => name.startsWith(given)),
  );
}

/** Whether it was made, or left out because its tool is not there. */
async function record(scenario: AgentScenario, run: RigRun): Promise<boolean> {
  const { name, program, agent } = scenario;
  if (agent.command !== undefined && run.tools === null) {
    console.log(`- ${name}: skipped; give --tools, a folder in which npm installed ${program}`);
    return true;
  }
  const { code, said } = await recordInRig(scenario, run);
  console.log(`${code === 0 ? "+" : "!"} ${name}: ${said.trim()}`);
  return code === 0;
}

try {
  process.exit(await main(process.argv.slice(2)));
} catch (error) {
  console.error(`record-agents: ${error instanceof Error ? error.message : String(error)}`);
  process.exit(2);
}
