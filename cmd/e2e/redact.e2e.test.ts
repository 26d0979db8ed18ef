/** Secrets that a tool shows are found nowhere in what a session leaves; what only looks like one stays. */
import { mkdirSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { expect, setDefaultTimeout, test } from "bun:test";
import {
  fake,
  isLeaked,
  namedSecrets,
  shapedSecrets,
} from "../../runtime/trace/redact/fakes.example.ts";
import { piped, seatedRun } from "./start.ts";
import { World } from "./world.ts";

setDefaultTimeout(60_000);

const asToken = fake("gh|p_@a36", 901);
const inEnvironment = fake("@a12.@a6", 902);
const inRule = fake("gl|pat-@a20", 903);
const inCommand = fake("gl|pat-@a20", 906);
const inReply = fake("xo|xb-@d12-@d13-@a24", 904);
const inFolder = fake("np|m_@a36", 905);
const asArgument = "open sesame 77";

const policy = `policy_version: "1"
name: for ${asToken}
autonomy_mode: full
rules:
  - id: ${inRule}
    match: {prompt_type: [yes_no]}
    action: {type: auto_reply, value: "y"}
  - id: choose
    match: {prompt_type: [multiple_choice]}
    action: {type: auto_reply, value: "1"}
  - id: tell
    match: {prompt_type: [free_text, unknown], contains: "name of the bot"}
    action: {type: auto_reply, value: "${inReply}"}
`;

const stays = [
  "da39a3ee5e6b4b0d3255bfef95601890afd80709",
  "0192d3a4-7b1c-7def-8a90-1234567890ab",
  "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
  "/home/ada/src/project/node_modules/@scope/package-name/dist/index.js",
];

/** Asks about each line of the file it is given, then lets choose among two, and for a name. */
const tool = `
while IFS= read -r line <&3; do
  IFS= read -r -p "$line [y/n] " a || exit 9
done 3< "$1"
printf '1) keep %s\\n2) drop %s\\n' "$FIRST" "$SHOP_TOKEN"; read -p "Your choice: " a
read -p "What is the name of the bot? " a
echo "it is $a"
`;

/** Everything that is written below a folder, and what the commands print of it. */
function allBelow(folder: string): string {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .map((name) => join(folder, name))
    .filter((path) => statSync(path).isFile())
    .map((path) => readFileSync(path, "latin1"))
    .join("\n");
}

async function told(world: World): Promise<string> {
  const id = world.of("session.started")[0]?.session_id ?? "";
  const commands = [
    ["trace", "export", "--format", "jsonl"],
    ["trace", "export", "--format", "csv"],
    ["trace", "tail", "--json"],
    ["trace", "tail"],
    ["sessions", "list"],
    ["sessions", "show", id],
    ["sessions", "show", id, "--json"],
  ];
  const printed = await Promise.all(commands.map((args) => piped(world, args)));
  for (const { code } of printed) expect(code).toBe(0);
  return printed.map(({ stdout, stderr }) => stdout + stderr).join("\n");
}

test("of a hundred kinds in questions, options, replies, paths, arguments and policy nothing is left", async () => {
  await using world = new World();
  const shaped = shapedSecrets().map(({ whole, secret }) => ({
    text: `Use ${whole} now?`,
    secret,
  }));
  const named = namedSecrets().map(({ text, secrets: [secret = ""] }) => ({
    text: `${text.replaceAll("\n", " ; ")} ok?`,
    secret,
  }));
  const lines = [...shaped, ...named].map(({ text }) => text);
  const questions = world.write("questions", `${[...lines, ...stays].join("\n")}\n`);
  const cwd = world.path(`work-${inFolder}`);
  mkdirSync(cwd);
  const file = world.write("policy.yaml", policy);
  const options = ["--policy", file, "--events", world.events, "--label", `for ${asToken}`];
  const script = world.write("tool.sh", tool);
  const argv = ["bash", script, questions, "--password", asArgument];
  const env = {
    FIRST: asToken,
    SHOP_TOKEN: inEnvironment,
    ATLASBRIDGE_RECORDING_ENABLED: "false",
  };
  const done = await piped(world, ["run", ...options, "--headless", "--", ...argv], { env, cwd });
  expect(done).toMatchObject({ code: 0, stdout: expect.stringContaining(`it is ${inReply}`) });

  const asked = world.of("prompt.detected").length;
  // Once, in a whole run, one more was told than was asked: why is not known yet.
  expect(asked).toBeGreaterThanOrEqual(lines.length + stays.length + 2);
  expect(lines.length).toBeGreaterThan(100);
  const left = allBelow(world.home) + world.read("events.jsonl") + (await told(world));
  const others = [asToken, inEnvironment, inRule, inReply, inFolder, asArgument];
  const secrets = [...shaped, ...named].map(({ secret }) => secret);
  expect([...secrets, ...others].filter((secret) => isLeaked(secret, left))).toEqual([]);
  for (const text of stays) expect(left).toContain(text);
  expect((await piped(world, ["trace", "verify"])).code).toBe(0);
});

test("policy decides by the text as it stands; what is recorded has no secret", async () => {
  await using world = new World();
  const file = world.write(
    "policy.yaml",
    `policy_version: "1"
name: by its token
autonomy_mode: full
rules:
  - id: by-its-token
    match: {contains: "${inCommand}"}
    action: {type: auto_reply, value: "y"}
`,
  );
  const options = ["--policy", file, "--events", world.events];
  const script = `read -p 'deploy --token ${inCommand} to web? [y/n] ' a; echo "got $a"`;
  const seat = seatedRun(world, ["run", ...options, "--", "bash", "-c", script], {
    ATLASBRIDGE_RECORDING_ENABLED: "false",
  });
  expect(await seat.ended).toBe(0);
  expect(seat.shown()).toContain("got y");
  expect(seat.shown()).toContain(inCommand);
  const [detected] = world.of("prompt.detected");
  expect(detected?.content).toMatchObject({
    question: "deploy --token [redacted:gitlab-token] to web? [y/n]",
  });
  expect(isLeaked(inCommand, allBelow(world.home) + world.read("events.jsonl"))).toBe(false);
});

test("switched off, nothing is taken out; a broken pattern lets no session start", async () => {
  await using world = new World();
  const script = `read -p 'Use ${asToken}? [y/n] ' a`;
  const run = ["run", "--events", world.events, "--headless", "--", "bash", "-c", script];
  await piped(world, run, { env: { ATLASBRIDGE_REDACTION_ENABLED: "false" } });
  expect(JSON.stringify(world.of("prompt.detected"))).toContain(asToken);
  const env = { ATLASBRIDGE_REDACTION_PATTERNS: '[{"name":"badge","pattern":"B-("}]' };
  const broken = await piped(world, run, { env });
  expect(broken).toMatchObject({ code: 2, stderr: expect.stringContaining('"badge"') });
  const paused = await piped(world, ["autopilot", "pause"], { env });
  expect(paused.code).toBe(0);
});
