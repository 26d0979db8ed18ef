/** The policy commands that go through more than one prompt: the history's, or a made-up universe of them. */
import { InvalidArgumentError, Option } from "commander";
import type { Register } from "../cli.ts";
import { coverPolicy } from "./coverage.ts";
import { diffPolicyFiles } from "./diff.ts";
import { migratePolicy } from "./migrate.ts";
import { simulatePolicy } from "./simulate.ts";
import { suggestPolicy } from "./suggest.ts";

const fileHelp = "policy file (default: policy.yaml in the settings folder)";
const judgedHelp = "policy file, asked alone (default: all that hold here, as with run)";

/** Adds them to the command `policy`. */
export const registerHistoryTools: Register = (policy, run) => {
  policy
    .command("coverage")
    .description("show which rules your own history hits, which never, and what no rule covers")
    .argument("[file]", judgedHelp)
    .option("--environment <name>", "name of the environment, which the trace does not keep")
    .addHelpText("after", coverageHelp)
    .action(run(coverPolicy));

  policy
    .command("simulate")
    .description("replay your history under a policy: what would have come out otherwise")
    .argument("[file]", judgedHelp)
    .option("--environment <name>", "name of the environment, which the trace does not keep")
    .option("--changes", "list every change by itself instead of in groups")
    .option("--limit <count>", "list at most so many changes", positiveNumber, 1_000)
    .addHelpText("after", simulateHelp)
    .action(run(simulatePolicy));

  policy
    .command("diff")
    .description("show what two policies decide differently, each change with its smallest example")
    .argument("<files...>", "one policy, compared with that of the settings folder, or two")
    .option("--cases <count>", "compare at most so many situations", positiveNumber, 20_000)
    .addHelpText("after", diffHelp)
    .action(run(diffPolicyFiles));

  policy
    .command("migrate")
    .description("print a policy in a newer version of the language: same decisions, comments kept")
    .argument("[file]", fileHelp)
    .addOption(new Option("--to <version>", "version to come to").choices(["1", "2"]).default("2"))
    .option("--write", "replace the file; the old one is kept beside it")
    .option("--stricter", "let questions of critical risk come to you, instead of keeping answers")
    .addHelpText("after", migrateHelp)
    .action(run(migratePolicy));

  policy
    .command("suggest")
    .description("print rules for what you always answered the same way; nothing is applied")
    .argument("[file]", "policy that decides now (default: policy.yaml in the settings folder)")
    .option("--min-count <count>", "answers that a rule must rest on", positiveNumber, 3)
    .option("--min-sessions <count>", "sessions that they must come from", positiveNumber, 2)
    .addHelpText("after", suggestHelp)
    .action(run(suggestPolicy));
};

const coverageHelp = `
Examples:
  $ atlasbridge policy coverage
  $ atlasbridge policy coverage new.yaml --json

Every prompt of the trace is decided again, with counts and brakes as they
would have stood: by the policies that hold in this folder, the project's only
for sessions within the project, or by the one file that is named.
`;

const simulateHelp = `
Examples:
  $ atlasbridge policy simulate new.yaml
  $ atlasbridge policy simulate new.yaml --changes
  $ atlasbridge policy simulate new.yaml --json | jq .changed
  $ atlasbridge policy simulate   the policies that hold in this folder,
                                  together

Exit codes: 0 whatever would have changed, 2 the policy is not valid.
`;

const diffHelp = `
Examples:
  $ atlasbridge policy diff old.yaml new.yaml
  $ atlasbridge policy diff old.yaml --cases 100000
      against the policy that decides now
  $ atlasbridge policy diff old.yaml new.yaml --json | jq .same

Both decide the same made-up situations: the literals, patterns, commands,
paths, hosts, tools, kinds, levels and counts of both, one by one and
together, and what tools and attackers are known to ask. Rules are names: what
is done counts. What is not among the situations is not compared.
Exit codes: 0 nothing differs, 1 something does, 2 a policy is not valid.
`;

const migrateHelp = `
Examples:
  $ atlasbridge policy migrate old.yaml > new.yaml
  $ atlasbridge policy migrate --to 1 old.yaml | diff old.yaml -
  $ atlasbridge policy migrate --write

Before version 2 a rule could answer plain questions of critical risk; to keep
that, rules that answer name every risk. What comes out is compared with the
old one as "policy diff" does, and refused if it differs. Exit codes: 0
migrated or nothing to do, 2 the policy is not valid or would decide
otherwise.
`;

const suggestHelp = `
Examples:
  $ atlasbridge policy suggest > suggested.yaml
  $ atlasbridge policy suggest --min-count 10 --json |
      jq '.suggestions[].evidence'

Only what a person answered every time, to prompts that no rule decided. Never
secrets, nothing of high or critical risk, no lasting grants, nothing that was
not wholly seen. Each rule was held against all of the history: had you
answered one of its prompts otherwise, it would not be there.
Exit codes: 0 also when there is nothing to suggest, 2 the policy is not valid.
`;

function positiveNumber(text: string): number {
  const value = Number(text);
  if (/^\d{1,7}$/.test(text) && value > 0) return value;
  throw new InvalidArgumentError("It must be a whole number from 1 to 9999999.");
}
