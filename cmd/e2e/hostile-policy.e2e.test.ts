/** Policies that want to hurt: the program says one clear line within a second of its own time and bounded memory. */
import { expect, setDefaultTimeout, test } from "bun:test";
import { readFileSync } from "node:fs";
import { World } from "./world.ts";

setDefaultTimeout(60_000);

const mebi = 1_048_576;
/** Of the processor: on a busy machine the clock on the wall says little. The promise is half of it. */
const busyMsMax = 2_000;
/** The program itself takes 70; the worst text took 150 to 290 in twelve runs, as the collector came. */
const memoryBytesMax = 384 * mebi;

const rule = (match: string, id = "a"): string =>
  `  - {id: ${id}, match: ${match}, action: {type: deny}}\n`;
const policyOf = (...rules: string[]): string => `policy_version: "2"\nrules:\n${rules.join("")}`;
const pattern = (source: string): string => `{contains: '${source}', contains_is_regex: true}`;
const nested = (levels: number): string =>
  `${"{any_of: [".repeat(levels)}{contains: x}${"]}".repeat(levels)}`;

const names = "abcdefghij".split("");
const laughs = names
  .map((name, at) => `${name}: &${name} [${at === 0 ? "x" : `*${names[at - 1]}, `.repeat(10)}]\n`)
  .join("");

type Case = { files: Record<string, string>; says: RegExp };
const one = (text: string, says: RegExp): Case => ({ files: { "p.yaml": text }, says });

const refusedFiles: Record<string, Case> = {
  "ten megabytes": one("# a\n".repeat((10 * mebi) / 4), /larger than 1 MiB/),
  "a megabyte of brackets": one("[".repeat(mebi - 1), /nested deeper than 32 levels/),
  "a megabyte of items within items": one("- ".repeat(mebi / 2 - 1), /nested deeper than 32/),
  "a megabyte of line breaks": one("\n".repeat(mebi - 1), /too many words/),
  "a megabyte of quotation marks": one('"'.repeat(mebi - 1), /too many words/),
  "a megabyte of the same field": one("a: b\n".repeat(200_000), /too many words/),
  "a hundred blocks within blocks": one(policyOf(rule(nested(100))), /nested deeper than 32/),
  "a thousand laughs": one(laughs, /1:4: anchors are not allowed/),
  "an anchor in its own value": one("a: &a [*a]\n", /anchors are not allowed/),
  "a pattern of a million letters by its counts": one(
    policyOf(rule(pattern("((a{100}){100}){100}"))),
    /grows too large by its repetitions/,
  ),
  "four thousand large patterns": one(
    policyOf(
      ...Array.from({ length: 4_000 }, (_, at) =>
        rule(pattern(`${"\\pL".repeat(20)}${at}`), `r${at}`),
      ),
    ),
    /too large taken together/,
  ),
  "five thousand mistakes": one(
    policyOf(...Array.from({ length: 5_000 }, (_, at) => rule("{confidance: high}", `r${at}`))),
    /did you mean/,
  ),
  "a circle of three files": {
    files: {
      "p.yaml": 'policy_version: "1"\nextends: q.yaml\n',
      "q.yaml": 'policy_version: "1"\nextends: r.yaml\n',
      "r.yaml": 'policy_version: "1"\nextends: p.yaml\n',
    },
    says: /r\.yaml:2:10: .*circle/,
  },
  "a file that extends itself": one(
    'policy_version: "1"\nextends: p.yaml\n',
    /p\.yaml:2:10: .*circle/,
  ),
};

/** Of its child alone: what a process took at most counts what its parent took before it became another program. */
const meter = `import resource, subprocess, sys
code = subprocess.run(sys.argv[2:]).returncode
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss, file=open(sys.argv[1], "w"))
sys.exit(code)`;

function run(world: World, ...words: string[]) {
  const tookFile = world.path("took");
  const { exitCode, stdout, stderr, resourceUsage } = Bun.spawnSync({
    cmd: ["python3", "-c", meter, tookFile, world.binary, ...words, "--home", world.home],
    cwd: world.folder,
    stdout: "pipe",
    stderr: "pipe",
  });
  expect(Number(resourceUsage.cpuTime.total) / 1_000).toBeLessThan(busyMsMax);
  const tookBytes = Number(readFileSync(tookFile, "utf8")) * 1_024;
  expect(tookBytes).toBeGreaterThan(mebi);
  expect(tookBytes).toBeLessThan(memoryBytesMax);
  return { exitCode, said: stdout.toString() + stderr.toString() };
}

for (const [name, { files, says }] of Object.entries(refusedFiles)) {
  test(`${name}: refused in clear words`, async () => {
    await using world = new World();
    for (const [file, text] of Object.entries(files)) world.write(file, text);
    const { exitCode, said } = run(world, "policy", "validate", world.path("p.yaml"));
    expect(said).toMatch(says);
    expect(exitCode).toBe(2);
    // At most a hundred problems and how many more there are, each on one line.
    expect(said.trimEnd().split("\n").length).toBeLessThan(110);
  });
}

const asked = "a".repeat(8_000);

for (const source of [
  "(a+)+$",
  "(a|a)*b",
  "(a|aa)+$",
  "(.*)*x",
  "([a-z]+)*!",
  "(?:a?){40}a{40}b",
]) {
  test(`the pattern ${source} is decided upon in linear time`, async () => {
    await using world = new World();
    const file = world.write("p.yaml", policyOf(rule(pattern(source))));
    const { exitCode, said } = run(world, "policy", "test", file, "--question", `${asked}?`);
    expect(said).toMatch(/decision|matches the empty text/);
    expect([0, 2, 3]).toContain(exitCode);
  });
}

test("as many rules as are allowed load and decide within the same bounds", async () => {
  await using world = new World();
  const rules = Array.from({ length: 5_000 }, (_, at) =>
    rule(`{contains: "step ${at} of"}`, `r${at}`),
  );
  const file = world.write("p.yaml", policyOf(...rules));
  expect(run(world, "policy", "validate", file)).toMatchObject({ exitCode: 0 });
  const { said } = run(world, "policy", "test", file, "--question", "step 4999 of it?", "--json");
  expect(JSON.parse(said)).toMatchObject({ decision: { action: "deny", rule_id: "r4999" } });
});
