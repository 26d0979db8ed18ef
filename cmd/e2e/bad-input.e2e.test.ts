/** Bad input: one line that names the thing and says what to do, the documented exit code, the command not started. */
import { Database } from "bun:sqlite";
import { expect, setDefaultTimeout, test } from "bun:test";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { canMountSmallDisks, mountSmallDisk } from "./small-disk.ts";
import { answersContinue } from "./policies.ts";
import { type Ended, piped } from "./start.ts";
import { World } from "./world.ts";

setDefaultTimeout(40_000);

type Case = {
  /** Arguments after `run`; the command that must not be started is added. */
  options?: (world: World) => string[];
  home?: (world: World) => string;
  /** Instead of the command that leaves a trace of having been started. */
  command?: (world: World) => string[];
  code: number;
  /** What the one line must say: about what, and what to do. */
  says: RegExp[];
};

const policyText = (rule: string): string =>
  `policy_version: "1"\nrules:\n  - id: a\n    ${rule}\n    action: {type: deny}\n`;

const cases: Record<string, Case> = {
  "a policy with a typo": {
    options: (world) => [
      "--policy",
      world.write("p.yaml", policyText("match: {confidance: high}")),
    ],
    code: 2,
    says: [/p\.yaml:4:13: /, /"confidance" is not a field of match/, /did you mean/],
  },
  "a policy that is not YAML": {
    options: (world) => ["--policy", world.write("p.yaml", "rules: [\n")],
    code: 2,
    says: [/p\.yaml:2:1: not YAML/],
  },
  "a policy that is not there": {
    options: () => ["--policy", "none.yaml"],
    code: 1,
    says: [/no policy at none\.yaml/, /policy init/],
  },
  "no command": {
    command: () => [],
    code: 2,
    says: [/missing .*command/, /atlasbridge run --help/],
  },
  "an empty command": { command: () => [""], code: 2, says: [/no command to run/, /run -- CMD/] },
  "a command that is not there": {
    command: () => ["no-such-command"],
    code: 127,
    says: [/no-such-command: command not found/, /PATH/],
  },
  "a path that is not there": {
    command: () => ["./no/such"],
    code: 127,
    says: [/\.\/no\/such: command not found/, /check the path/],
  },
  "a file that is not executable": {
    command: (world) => [world.write("plain", "text")],
    code: 126,
    says: [/plain: is not an executable file/, /permissions/],
  },
  "a script whose interpreter is missing": {
    command: (world) => [world.write("script", "#!/no/such/interpreter\n", 0o755)],
    code: 126,
    says: [/script: the interpreter/, /install it/],
  },
  "a mode that does not exist": {
    options: () => ["--mode", "wild"],
    code: 2,
    says: [/--mode/, /wild/, /off, assist, full/],
  },
  "an option with a typo": {
    options: () => ["--polcy", "x"],
    code: 2,
    says: [/--polcy/, /did you mean --policy\?/],
  },
  "events to a folder that is not there": {
    options: () => ["--events", "/no/where/events.jsonl"],
    code: 1,
    says: [/events to \/no\/where\/events\.jsonl/, /give a writable file/],
  },
  "events to a descriptor that is not open": {
    options: () => ["--events", "fd:77"],
    code: 1,
    says: [/fd:77/, /give a writable file or an open fd:N/],
  },
  "a home below a file": {
    home: (world) => join(world.write("file", ""), "home"),
    code: 1,
    says: [/file\/home/, /is a file, not a folder/, /--home/],
  },
  "a home where nothing can be made": {
    home: () => "/proc/atlasbridge",
    code: 1,
    says: [/\/proc\/atlasbridge/, /--home/],
  },
  "an empty home": {
    options: () => ["--home", ""],
    code: 2,
    says: [/--home is empty/, /name a folder/],
  },
  "a trace that cannot be written": {
    home: (world) => {
      mkdirSync(join(world.home, "trace.db"), { recursive: true });
      return world.home;
    },
    code: 1,
    says: [/cannot write the trace .*trace\.db/, /permissions/, /--home/],
  },
  "a trace that is another program's database": {
    home: (world) => {
      mkdirSync(world.home);
      const database = new Database(join(world.home, "trace.db"));
      database.run("CREATE TABLE songs (title TEXT)");
      database.close();
      return world.home;
    },
    code: 4,
    says: [/another program's database/, /move it away/],
  },
};

const leavesTrace = ["bash", "-c", "echo > started"];

function expectRefused(world: World, ended: Ended, { code, says }: Pick<Case, "code" | "says">) {
  for (const wanted of says) expect(ended.stderr).toMatch(wanted);
  expect(ended.stderr.split("\n")).toHaveLength(2);
  expect(ended.stderr).toStartWith("atlasbridge: ");
  expect({ code: ended.code, stdout: ended.stdout }).toEqual({ code, stdout: "" });
  expect(world.read("started")).toBe("");
}

for (const [name, { options, home, command, code, says }] of Object.entries(cases)) {
  test(`${name} is told in one line, with exit code ${code}, and nothing is started`, async () => {
    await using world = new World();
    const argv = command?.(world) ?? leavesTrace;
    const env = home === undefined ? {} : { ATLASBRIDGE_HOME: home(world) };
    const ended = await piped(world, ["run", ...(options?.(world) ?? []), "--", ...argv], { env });
    expectRefused(world, ended, { code, says });
  });
}

test("a trace that another program holds is waited for, then told of", async () => {
  await using world = new World();
  await piped(world, ["run", "--", "true"]);
  const other = new Database(join(world.home, "trace.db"));
  world.atEnd(() => other.close());
  other.run("BEGIN IMMEDIATE");
  const ended = await piped(world, ["run", "--", ...leavesTrace]);
  const says = [/another program holds the trace .*trace\.db/, /close that program/];
  expectRefused(world, ended, { code: 1, says });
});

// Skipped without root: a small disk has to be mounted.
const smallDisks = canMountSmallDisks() ? test : test.skip;

for (const size of ["4k", "64k"]) {
  smallDisks(
    `a disk of ${size} is too small: told in one line, and nothing is started`,
    async () => {
      await using world = new World();
      const home = mountSmallDisk(world, size);
      const ended = await piped(world, ["run", "--", ...leavesTrace], {
        env: { ATLASBRIDGE_HOME: home },
      });
      expectRefused(world, ended, {
        code: 1,
        says: [/no room left/, /trace\.db/, /free some space/],
      });
    },
  );
}

test("a policy's error as JSON is one value with a code", async () => {
  await using world = new World();
  const policy = world.write("p.yaml", answersContinue.replace("auto_reply", "auto_replay"));
  const ended = await piped(world, ["run", "--json", "--policy", policy, "--", ...leavesTrace]);
  expect(JSON.parse(ended.stderr)).toMatchObject({ error: { code: "policy_invalid" } });
  expect(ended.code).toBe(2);
});
