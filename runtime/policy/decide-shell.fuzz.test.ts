/** The real evaluator against the second one, about commands and paths: texts whose commands are known from their composing. */
import { expect, test } from "bun:test";
import fc from "fast-check";
import { type DecisionAction, decisionAction } from "../../contracts/decision.ts";
import { type CommandPattern, policy as policySchema } from "../../contracts/policy.ts";
import type { Subject } from "../../contracts/prompt.ts";
import { readAsked } from "./asked.ts";
import { compilePolicy } from "./compile.ts";
import { decide } from "./decide.ts";
import { exampleFacts } from "./examples.ts";
import { pathsToFollow } from "./paths.ts";
import { oracle } from "./second-evaluator.example.ts";
import { type AskedAbout, userHome } from "./second-shell.example.ts";
import { type Told, toldIn } from "./told.example.ts";

/** A long run takes its number and its seed from outside. */
const runs = Number(Bun.env["ATLASBRIDGE_FUZZ_RUNS"] ?? 5_000);
const seed = Number(Bun.env["ATLASBRIDGE_FUZZ_SEED"] ?? Date.now());
const hash = "d".repeat(64);

/** What stands on the disk: links, and folders into which nobody can look. */
const links = new Map([
  ["/home/ada/src/out", "/etc"],
  ["/home/ada/src/far", "/home/ada/other"],
  ["/home/ada/src/sub/d.ts", "/home/ada/src/b.ts"],
  ["/home/ada/notes", "/home/ada/src/notes"],
  ["/home/ada/lnk", "/srv/work"],
  ["/etc/hosts", "/run/hosts"],
]);

function leads(path: string): string | null {
  let at = "";
  for (const part of path.split("/")) {
    if (part === "dark") return null;
    if (part === "..") at = at.slice(0, Math.max(0, at.lastIndexOf("/")));
    else if (part !== "" && part !== ".") at += `/${part}`;
    at = links.get(at) ?? at;
  }
  return at === "" ? "/" : at;
}

const some = <T>(...values: T[]) =>
  fc.subarray(values, { minLength: 1, maxLength: Math.min(4, values.length) });
const commands = some<CommandPattern>(
  ...["cat **", "cat a.txt", "cat * src/b.ts", "rm **", "rm -rf *", "tool **", "tool run **", "RM"],
  ...["sudo **", "* **", "env **", "xargs **", "sh **", "cd **", "cd src", "/opt/rm **", "./rm **"],
  { program: "*" },
  { program: "rm", no_argument: ["-r*", "--force"] },
  { program: "cat", any_argument: ["*.txt", "--out=*"] },
  { program: "*", no_argument: ["/etc/*", "--force"] },
  { program: "tool", first_argument: ["run", "x"] },
);
const paths = some(
  ...["inside", "inside", "outside", "./**", "./src/**", "./a.txt", "/etc/**", "/run/*", "~/**"],
  ...["~/notes", "**/*.ts", "**/etc/**", "/home/ada/*/**", "/home/ada/src", "**/B.ts", "/**"],
);
const conditions = fc.oneof(
  { weight: 3, arbitrary: fc.record({ command: commands }) },
  { weight: 2, arbitrary: fc.record({ path: paths }) },
  { weight: 3, arbitrary: fc.record({ command: commands, path: paths }) },
  fc.record({ subject: some("shell", "file_edit"), path: paths }),
  fc.constant({}),
);
const blocks = fc.array(
  conditions.filter((one) => Object.keys(one).length > 0),
  {
    minLength: 1,
    maxLength: 2,
  },
);
const match = fc
  .tuple(
    conditions,
    fc.oneof(
      { weight: 3, arbitrary: fc.constant({}) },
      blocks.map((any_of) => ({ any_of })),
      blocks.map((none_of) => ({ none_of })),
    ),
  )
  .map(([own, nested]) => ({ ...own, ...nested }));
const action = fc.constantFrom(
  { type: "auto_reply", reply: "approve_once" },
  { type: "auto_reply", reply: "approve_once" },
  { type: "auto_reply", value: "y" },
  { type: "deny" },
  { type: "require_human" },
  { type: "notify_only" },
);
const randomPolicy = fc
  .array(fc.record({ match, action }), { minLength: 1, maxLength: 4 })
  .map((rules) =>
    policySchema.parse({
      policy_version: "2",
      rules: rules.map((one, at) => ({ id: `r${at}`, ...one })),
    }),
  );

const folders = fc.constantFrom("/home/ada/src", "/home/ada/src", "/home/ada/lnk");
type Asking = { cwd: string; subject: Subject; told: Told | null; cut: boolean };
const shell = folders.chain((cwd) =>
  fc.record<Asking>({
    cwd: fc.constant(cwd),
    told: toldIn(cwd),
    subject: fc.constant({ type: "shell", command: null, path: null, host: null }),
    cut: fc.nat(19).map((n) => n === 0),
  }),
);
const file = fc.record<Asking>({
  cwd: folders,
  told: fc.constant(null),
  subject: fc
    .constantFrom(
      ...["a.txt", "src/b.ts", "/etc/hosts", "~/notes", "out/x", "../y", "dark/z", "~bob/x"],
      ...["file:///home/ada/src/a", "C:\\x", "$HOME/x", "sub/d.ts"],
    )
    .map((path): Subject => ({ type: "file_edit", command: null, path, host: null })),
  cut: fc.nat(19).map((n) => n === 0),
});
const asking = fc.oneof({ weight: 5, arbitrary: shell }, file);

test(
  "both evaluators agree about commands and paths",
  () => {
    const seen = new Map<DecisionAction, number>();
    let read = 0;
    let shells = 0;
    const property = fc.property(randomPolicy, asking, (policy, { cwd, subject, told, cut }) => {
      const whole = told === null ? subject : { ...subject, command: told.text };
      const facts = exampleFacts({ question: "Proceed?", subject: whole, cut }, { cwd });
      const asked = readAsked(facts.prompt, { cwd, userHome });
      const real = new Map(pathsToFollow(asked.paths(), cwd).map((one) => [one, leads(one)]));
      const unreadable = asked.shell()?.ok === false;
      shells += told === null ? 0 : 1;
      read += told === null || unreadable ? 0 : 1;
      const compiled = compilePolicy(policy, { hash, userHome });
      const { action: did, rule_id, value, risk } = decide({ ...facts, real }, compiled);
      const about: AskedAbout = { subject, told, unreadable, cwd, leads };
      const answer = oracle(facts, { policy, risk, asked: about });
      expect({ action: did, rule_id, value }).toEqual(answer);
      seen.set(did, (seen.get(did) ?? 0) + 1);
    });
    fc.assert(property, { numRuns: runs, seed });
    for (const one of decisionAction.options) expect(seen.get(one) ?? 0).toBeGreaterThan(runs / 50);
    expect(read).toBeGreaterThan(shells * 0.9);
  },
  60_000 + runs * 20,
);
