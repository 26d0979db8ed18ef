/** The policy commands that go through this machine's history: coverage and simulate. */
import { InvalidArgumentError } from "commander";
import type { Register } from "../cli.ts";
import { coverPolicy } from "./coverage.ts";
import { simulatePolicy } from "./simulate.ts";

const fileHelp = "policy file (default: policy.yaml in the settings folder)";

/** Adds them to the command `policy`. */
export const registerHistoryTools: Register = (policy, run) => {
  policy
    .command("coverage")
    .description("show which rules your own history hits, which never, and what no rule covers")
    .argument("[file]", fileHelp)
    .option("--environment <name>", "name of the environment, which the trace does not keep")
    .addHelpText("after", coverageHelp)
    .action(run(coverPolicy));

  policy
    .command("simulate")
    .description("replay your history under a policy: what would have come out otherwise")
    .argument("[file]", fileHelp)
    .option("--environment <name>", "name of the environment, which the trace does not keep")
    .option("--changes", "list every change by itself instead of in groups")
    .option("--limit <count>", "list at most so many changes", positiveNumber, 1_000)
    .addHelpText("after", simulateHelp)
    .action(run(simulatePolicy));
};

const coverageHelp = `
Examples:
  $ atlasbridge policy coverage
  $ atlasbridge policy coverage new.yaml --json

Every prompt of the trace is decided again by the policy, with its counts and brakes.
`;

const simulateHelp = `
Examples:
  $ atlasbridge policy simulate new.yaml
  $ atlasbridge policy simulate new.yaml --changes
  $ atlasbridge policy simulate new.yaml --json | jq .changed

Exit codes: 0 whatever would have changed, 2 the policy is not valid.
`;

function positiveNumber(text: string): number {
  const value = Number(text);
  if (/^\d{1,7}$/.test(text) && value > 0) return value;
  throw new InvalidArgumentError("It must be a whole number from 1 to 9999999.");
}
