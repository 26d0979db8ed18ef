/** Rules about commands: a rule that answers must know all that would run, one that holds back needs to know a part. */
import { describe, expect, test } from "bun:test";
import { policy as policySchema } from "../../contracts/policy.ts";
import type { Prompt } from "../../contracts/prompt.ts";
import { compilePolicy } from "./compile.ts";
import { decide } from "./decide.ts";
import { exampleFacts, shellSubject } from "./examples.ts";
import { parsePolicy } from "./parse.ts";
import { printProblem } from "./problem.ts";

type Action = { type: string; reply?: string };

const yes: Action = { type: "auto_reply", reply: "approve_once" };
const no: Action = { type: "deny" };

function decideBy(match: object, command: string, { action = yes, cut = false } = {}) {
  const any = ["low", "medium", "high", "critical"];
  const rules = [{ id: "r", match: { risk: any, ...match }, action }];
  const policy = policySchema.parse({ policy_version: "2", rules });
  const compiled = compilePolicy(policy, { hash: "c".repeat(64), userHome: "/home/ada" });
  const prompt: Partial<Prompt> = { subject: shellSubject(command), cut };
  return decide(exampleFacts(prompt), compiled);
}

function answers(match: object, command: string): boolean {
  return decideBy(match, command).action === "auto_reply";
}

const git = { command: ["git status", "git log **", "ls **", "cat **", "echo **"] };

describe("a rule that answers", () => {
  const allowed = [
    "git status",
    "  git   status  ",
    "git 'status'",
    "git log --oneline -5",
    "git log; git status && ls -la | cat",
    "LANG=C git status",
    "timeout 5 git status",
    "/usr/bin/git status",
    "git status 2>/dev/null",
    "git status 2>&1",
    "ls *.ts",
    "cat $FILE",
    "echo $(git status)",
  ];
  for (const command of allowed) {
    test(`names all of: ${command}`, () => expect(answers(git, command)).toBe(true));
  }

  const held = [
    "git status -s",
    "git push",
    "git status; rm -rf ~",
    "git status & rm -rf ~",
    "echo $(rm -rf ~)",
    "echo `rm -rf ~`",
    "cat <(rm -rf ~)",
    "git status > ~/.bashrc",
    "PATH=/tmp/x git status",
    "LD_PRELOAD=/tmp/x.so ls",
    "GIT_PAGER='rm -rf ~' git log",
    "./git status",
    "/tmp/git status",
    "sudo git status",
    "git $WHAT",
    "$GIT status",
    "g\u0456t status",
    "git status\nrm -rf ~",
    "if true; then rm -rf ~; fi",
    "git() { rm -rf ~; }; git status",
    "alias ls='rm -rf ~'; ls",
    "echo 'rm -rf ~' | sh",
    "xargs rm < list",
    "eval git status",
    "git -c core.pager='rm -rf ~' log",
  ];
  for (const command of held) {
    test(`leaves to a person: ${JSON.stringify(command)}`, () => {
      expect(answers(git, command)).toBe(false);
    });
  }

  test("needs a command", () => {
    const policy = policySchema.parse({
      policy_version: "2",
      rules: [{ id: "r", match: git, action: yes }],
    });
    const compiled = compilePolicy(policy, { hash: "c".repeat(64), userHome: "/home/ada" });
    expect(decide(exampleFacts(), compiled).rule_id).toBeNull();
  });

  test("may say what an argument must and must not be", () => {
    const sort = { command: [{ program: "sort", no_argument: ["-o*", "--output*", "--comp*"] }] };
    expect(answers(sort, "sort -n a.txt")).toBe(true);
    expect(answers(sort, "sort -n a.txt -ob.txt")).toBe(false);
    expect(answers(sort, "sort $ARGS a.txt")).toBe(false);
    const make = { command: [{ program: "npm", any_argument: ["test", "lint"] }] };
    expect(answers(make, "npm --silent test")).toBe(true);
    expect(answers(make, "npm publish")).toBe(false);
    expect(answers(make, "npm $WHAT")).toBe(false);
  });
});

describe("a rule that holds back", () => {
  const push = { command: ["git push **", { program: "rm", any_argument: ["-*r*"] }] };
  const actionOf = (command: string, cut = false) => decideBy(push, command, { action: no, cut });

  test("needs one of the commands", () => {
    for (const command of [
      "git push",
      "ls && git push --force",
      "echo $(git push)",
      "sudo /usr/bin/git push",
      "rm -v -rf x",
      "/tmp/rm -r x",
      "RM -r x",
    ]) {
      expect(actionOf(command)).toMatchObject({ action: "deny" });
    }
  });

  test("lets others pass", () => {
    for (const command of ["git status", "echo git push", "rm -v x"]) {
      expect(actionOf(command).rule_id).toBeNull();
    }
  });

  test("leaves to a person what cannot be read, or not wholly", () => {
    for (const command of ["eval $X", "$GIT push", "git $WHAT", "rm $FLAGS x"]) {
      expect(actionOf(command)).toMatchObject({ action: "require_human", rule_id: "r" });
    }
    expect(actionOf("ls", true)).toMatchObject({ action: "require_human", rule_id: "r" });
    expect(actionOf("git push", true).action).toBe("deny");
  });
});

test("within none_of one command is enough, also for a rule that answers", () => {
  const match = { subject: ["shell"], none_of: [{ command: ["rm **"] }] };
  expect(answers(match, "ls; git status")).toBe(true);
  expect(answers(match, "ls; rm x")).toBe(false);
  expect(answers(match, "ls; eval $X")).toBe(false);
});

describe("paths", () => {
  const real = (paths: Record<string, string>) =>
    new Map(Object.entries({ "/home/ada/src": "/home/ada/src", ...paths }));
  const match = { subject: ["shell"], command: ["cat **", "echo **", "cd **"], path: ["inside"] };

  function decideAt(command: string, paths: Record<string, string>, path = match.path) {
    const rules = [{ id: "r", match: { ...match, path }, action: yes }];
    const policy = policySchema.parse({ policy_version: "2", rules });
    const compiled = compilePolicy(policy, { hash: "c".repeat(64), userHome: "/home/ada" });
    const subject = shellSubject(command);
    return decide(exampleFacts({ subject }, { real: real(paths) }), compiled).action;
  }

  const at = (path: string) => ({ [path]: path });
  const here = { "/home/ada/src/.": "/home/ada/src" };

  test("inside are those whose links lead inside", () => {
    const a = "/home/ada/src/a";
    expect(decideAt("cat a", { ...here, ...at(a) })).toBe("auto_reply");
    expect(decideAt("cat a", { ...here, [a]: "/etc/shadow" })).toBe("require_human");
  });

  test("nobody knows where a path leads that was not followed", () => {
    expect(decideAt("cat a", here)).toBe("require_human");
    expect(decideAt("cat $X", here)).toBe("require_human");
  });

  test("a redirection is a path, and so is what stands in an option", () => {
    const out = "/home/ada/src/out";
    expect(decideAt("echo x > out", { ...here, ...at("/home/ada/src/x"), ...at(out) })).toBe(
      "auto_reply",
    );
    const etc = { ...here, ...at("/etc/x"), ...at("/home/ada/src/x") };
    expect(decideAt("echo x > /etc/x", etc)).toBe("require_human");
    expect(decideAt("cat --file=/etc/x", { ...etc, ...at("/home/ada/src/--file=/etc/x") })).toBe(
      "require_human",
    );
    expect(decideAt("cat -f/etc/x", { ...etc, ...at("/home/ada/src/-f/etc/x") })).toBe(
      "require_human",
    );
  });

  test("patterns go by segments", () => {
    const a = "/home/ada/src/lib/a.ts";
    const paths = { ...here, ...at(a) };
    const by = (...path: string[]) => decideAt("cat lib/a.ts", paths, ["/home/ada/src", ...path]);
    expect(by("./lib/*.ts")).toBe("auto_reply");
    expect(by("./**")).toBe("auto_reply");
    expect(by("~/src/**")).toBe("auto_reply");
    expect(by("**/*.ts")).toBe("auto_reply");
    expect(by("./*.ts")).toBe("require_human");
    expect(by("/home/ada/sr/**")).toBe("require_human");
  });
});

const onDisk = (path: string) => new Map([path, "/home/ada/src"].map((one) => [one, one]));

describe("where letters are not told apart by their case", () => {
  const decideAt = (rule: Record<string, unknown>, path: string) => {
    const text = { policy_version: "2", rules: [{ id: "r", ...rule }] };
    const compiled = compilePolicy(policySchema.parse(text), {
      hash: "c".repeat(64),
      userHome: "/home/ada",
    });
    const subject = { type: "file_edit" as const, command: null, path, host: null };
    return decide(exampleFacts({ subject }, { real: onDisk(path) }), compiled).action;
  };

  test("what holds back is found in any spelling, what answers only as it is written", () => {
    const deny = { match: { path: ["**/.git/**"] }, action: { type: "deny" } };
    expect(decideAt(deny, "/home/ada/src/.GIT/config")).toBe("deny");
    expect(decideAt(deny, "/home/ada/src/.g\u200cit/config")).toBe("deny");
    expect(decideAt(deny, "/home/ada/src/.gitx/config")).toBe("require_human");
    const allow = {
      match: { path: ["**/*.md"], none_of: [{ path: ["./secret/**"] }] },
      action: { type: "auto_reply", reply: "approve_once" },
    };
    expect(decideAt(allow, "/home/ada/src/a.md")).toBe("auto_reply");
    expect(decideAt(allow, "/home/ada/src/a.MD")).toBe("require_human");
    expect(decideAt(allow, "/home/ada/src/Secret/a.md")).toBe("require_human");
  });
});

test("no command at all is none that is named", () => {
  const rules = { command: ["ls **"], path: ["/**"] };
  expect(answers(rules, "> a")).toBe(false);
});

describe("mistakes", () => {
  const problems = (line: string) => {
    const parsed = parsePolicy(
      `policy_version: 2\nrules:\n  - id: a\n    action: { type: deny }\n    match:\n      ${line}\n`,
      "p.yaml",
    );
    return parsed.ok ? [] : parsed.problems.map(printProblem);
  };

  test("in commands and paths are told at their place", () => {
    expect(problems('command: ["git status; ls", "git ** x", 3, { program: a b }]')).toEqual([
      "p.yaml:6:17: command must be one command: a program and its arguments, with * for any part of a word",
      'p.yaml:6:35: command must have "**" at its end only, where it stands for all that follows',
      "p.yaml:6:47: a number is not a command",
      "p.yaml:6:61: program must be one word, with * for any part of it",
    ]);
    expect(problems('path: ["src/a", "/a/../b", inside]')).toEqual([
      "p.yaml:6:14: path must be inside, outside, or begin with / or ~/ or ./ or **/ and go nowhere by ..",
      "p.yaml:6:23: path must be inside, outside, or begin with / or ~/ or ./ or **/ and go nowhere by ..",
    ]);
  });
});

test("a first argument is the first, so that none before it changes what it means", () => {
  const look = { command: [{ program: "git", first_argument: ["log", "diff"] }] };
  expect(answers(look, "git log -3")).toBe(true);
  expect(answers(look, "git -c x=y log")).toBe(false);
  expect(answers(look, "git undo log")).toBe(false);
  expect(answers(look, "git $WHAT log")).toBe(false);
  expect(answers(look, "git")).toBe(false);
});

test("a variable that may stand in the environment already changes what the programs behind it do", () => {
  const look = { command: ["rg **", "git **"] };
  expect(answers(look, "RIPGREP_CONFIG_PATH=evil; rg x")).toBe(false);
  expect(answers(look, "for XDG_CONFIG_HOME in evil; do git status; done")).toBe(false);
  expect(answers(look, "https_proxy=evil:1; git fetch")).toBe(false);
  expect(answers(look, "dir=src; rg x src")).toBe(true);
  expect(answers(look, "for F in a b; do rg x src; done")).toBe(true);
  expect(answers(look, "NO_COLOR=1; rg x")).toBe(true);
});

describe("a long option by its beginning", () => {
  const shows = {
    command: [{ program: "git", first_argument: ["show"], no_argument: ["--textc*"] }],
  };
  const pushes = { command: [{ program: "git", any_argument: ["--force"] }] };
  const forced = { command: ["git push --force **"] };

  test("is not answered where the option is not", () => {
    for (const option of ["--te", "--textconv", "--t=x"]) {
      expect(answers(shows, `git show ${option} HEAD`)).toBe(false);
    }
    expect(answers(shows, "git show --stat --texts HEAD")).toBe(true);
  });

  test("comes to a person where the option is denied, for it may be another", () => {
    for (const match of [pushes, forced]) {
      expect(decideBy(match, "git push --force", { action: no }).action).toBe("deny");
      expect(decideBy(match, "git push --forc a", { action: no })).toMatchObject({
        action: "require_human",
        rule_id: "r",
      });
    }
  });

  test("is no reason to answer", () => {
    expect(answers({ command: ["git push --dry-run"] }, "git push --dry")).toBe(false);
    const some = { command: [{ program: "git", any_argument: ["--dry-run"] }] };
    expect(answers(some, "git push --dry")).toBe(false);
    expect(answers(some, "git push --dry-run")).toBe(true);
  });
});
