/** What `atlasbridge` alone says: what it is, and what to do next on this machine as it is now. */
import { existsSync } from "node:fs";
import { AtlasError } from "../../contracts/errors.ts";
import type { WaitingPrompt } from "../../contracts/operator.ts";
import { outputFormat } from "../../contracts/version.ts";
import type { WelcomeView } from "../../contracts/welcome.ts";
import { systemClock } from "../../runtime/clock.ts";
import { tools } from "../../runtime/prompt/tools/tools.ts";
import { type Cli, print } from "./cli.ts";
import { duration, layoutFor } from "./layout.ts";
import { waitingPrompts } from "./prompts/waiting.ts";
import { visible } from "./visible.ts";

export type Machine = {
  /** Those that wait for the person, longest first. */
  waiting: readonly Pick<WaitingPrompt, "tool" | "since">[];
  hasPolicy: boolean;
  hasTrace: boolean;
  /** Known AI tools that are installed. */
  tools: readonly string[];
};

type Step = WelcomeView["next"][number];

export async function welcome(cli: Cli): Promise<number> {
  const machine = await lookAround(cli);
  const next = nextSteps(machine, systemClock.now());
  const view: WelcomeView = { format: outputFormat, waiting: machine.waiting.length, next };
  return print(cli, view, () => told(cli, next));
}

function told(cli: Cli, steps: readonly Step[]): string {
  const layout = layoutFor(process.stdout, cli);
  const widest = Math.max(...steps.map(({ command }) => command.length));
  const lines = steps.map(({ command, does }) => {
    return `  $ ${layout.paint("bold", command)}${" ".repeat(widest - command.length)}   ${visible(does)}\n`;
  });
  return `AtlasBridge runs AI command-line tools, sees every question that they ask,
answers by your policy or calls you, and keeps a log that cannot be quietly
changed.

Next:
${lines.join("")}
All commands: atlasbridge --help
`;
}

async function lookAround(cli: Cli): Promise<Machine> {
  const { paths, environment } = cli;
  const path = environment.variables["PATH"] ?? "";
  return {
    waiting: await waitingIn(cli),
    hasPolicy: existsSync(paths.policyFile),
    hasTrace: existsSync(paths.traceFile),
    tools: tools.flatMap(({ tool }) => (Bun.which(tool, { PATH: path }) === null ? [] : [tool])),
  };
}

/** Whoever looks for help is not met with an error: doctor tells what is wrong with the home. */
async function waitingIn(cli: Cli): Promise<Machine["waiting"]> {
  try {
    return (await waitingPrompts(cli)).prompts;
  } catch (error) {
    if (error instanceof AtlasError) return [];
    throw error;
  }
}

/** At most four, the most urgent first. */
export function nextSteps({ waiting, ...has }: Machine, now: number): Step[] {
  const [first] = waiting;
  const [tool = "bash"] = has.tools;
  const urgent: Step[] =
    first === undefined ? [] : [{ command: "atlasbridge prompts list", does: waits(waiting, now) }];
  const setUp: Step[] = has.hasPolicy
    ? []
    : [
        {
          command: "atlasbridge policy init",
          does: "write a policy: until then you are asked all",
        },
      ];
  const looked: Step = has.hasTrace
    ? { command: "atlasbridge sessions list", does: "what was asked, decided and typed" }
    : { command: "atlasbridge doctor --canary", does: "see that all works here" };
  const run: Step = {
    command: `atlasbridge run -- ${tool}`,
    does: `govern ${tool}${has.tools.length === 0 ? ", or any other program" : ""}`,
  };
  return [
    ...urgent,
    ...(has.hasTrace ? [] : [looked]),
    ...setUp,
    run,
    ...(has.hasTrace ? [looked] : []),
  ];
}

function waits(waiting: Machine["waiting"], now: number): string {
  const [first] = waiting;
  if (first === undefined) return "";
  const forLong = duration(Math.max(0, now - first.since));
  const others = waiting.length - 1;
  const more = others === 0 ? "" : `, and ${others} more`;
  return `${first.tool} has waited for you for ${forLong}${more}`;
}
