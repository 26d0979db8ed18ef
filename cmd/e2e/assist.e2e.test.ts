/** Assist mode on a real terminal: the title shows what policy suggests, one key types it, any other is the tool's. */
import { expect, setDefaultTimeout, test } from "bun:test";
import { limits } from "../../contracts/limits.ts";
import { answersContinue } from "./policies.ts";
import { piped } from "./start.ts";
import { Tmux } from "./tmux.ts";
import { until } from "./until.ts";
import { World } from "./world.ts";

setDefaultTimeout(40_000);

const suggests = answersContinue.replace("autonomy_mode: full", "autonomy_mode: assist");
const confirmText = 'F8 types "y" (AtlasBridge, rule continue)';

async function assisted(world: World, script: string, options = ""): Promise<Tmux> {
  const policy = world.write("policy.yaml", suggests);
  const file = world.write("asks.sh", script, 0o700);
  const tmux = await Tmux.shell(world, "governed");
  tmux.line(
    `atlasbridge run ${options} --policy ${policy} --events ${world.events} -- bash ${file}`,
  );
  return tmux;
}

async function shown(tmux: Tmux, title: string): Promise<void> {
  const now = () => tmux.format("#{pane_title}");
  await until(`the title says ${title}`, () => now().includes(title), { seen: now });
}

/** Longer than it takes to count as read. */
const read = () => Bun.sleep(limits.suggestedMs + 100);

const asks = 'read -r -p "Continue? [y/n] " a; echo "got=<$a>"';
const asksTwice = `${asks}; until [ -e go ]; do sleep 0.01; done; ${asks}`;

test("the title shows the suggestion and the key types it, once and recorded as the person's", async () => {
  await using world = new World();
  const tmux = await assisted(world, `printf '\\033]2;before\\a'; ${asks}`);
  await shown(tmux, confirmText);
  expect(tmux.screen()).toEndWith("Continue? [y/n]");
  await read();
  expect(world.of("reply.injected")).toEqual([]);
  tmux.keys("F8");
  await tmux.sees("got=<y>");
  await tmux.prompt();
  await shown(tmux, "before");
  const [received] = world.of("reply.received");
  expect(received?.data).toMatchObject({ by: "terminal", rule_id: "continue" });
  expect(world.of("reply.injected").map(({ data }) => data.by)).toEqual(["terminal"]);
  expect(world.of("prompt.closed").map(({ data }) => data.outcome)).toEqual(["person"]);
  expect((await piped(world, ["trace", "verify"])).code).toBe(0);
});

test("any other key goes to the tool and withdraws the suggestion", async () => {
  await using world = new World();
  const tmux = await assisted(world, `printf '\\033]2;before\\a'; ${asks}`);
  await shown(tmux, confirmText);
  await read();
  tmux.type("n");
  await shown(tmux, "before");
  tmux.keys("F8");
  tmux.keys("Enter");
  await tmux.sees(/got=<n.*>/);
  await tmux.prompt();
  expect(world.of("reply.injected")).toEqual([]);
  expect(world.of("reply.received").map(({ data }) => data.rule_id)).toEqual([undefined]);
});

test("one key confirms one prompt: the next needs its own", async () => {
  await using world = new World();
  const tmux = await assisted(world, asksTwice);
  await shown(tmux, confirmText);
  await read();
  tmux.keys("F8");
  await tmux.sees("got=<y>");
  world.write("go", "");
  await world.recorded("prompt.escalated", 2);
  await shown(tmux, confirmText);
  await read();
  expect(world.of("reply.injected")).toHaveLength(1);
  tmux.type("n");
  tmux.keys("Enter");
  await tmux.sees("got=<n>");
  await tmux.prompt();
  expect(world.of("reply.injected")).toHaveLength(1);
});

test("without a suggestion the key is the tool's", async () => {
  await using world = new World();
  const script = 'read -r -p "Delete it? [y/n] " a; printf "got=<%q>\\n" "$a"';
  const tmux = await assisted(world, script);
  await world.recorded("prompt.escalated");
  await read();
  tmux.keys("F8");
  tmux.keys("Enter");
  await tmux.sees("got=<$'\\E[19~'>");
  expect(world.of("reply.injected")).toEqual([]);
});

test("the key can be another", async () => {
  await using world = new World();
  const tmux = await assisted(world, asks, "--confirm-key ctrl-y");
  await shown(tmux, 'Ctrl-Y types "y"');
  await read();
  tmux.keys("C-y");
  await tmux.sees("got=<y>");
  await tmux.prompt();
  const { code, stderr } = await piped(world, ["run", "--confirm-key", "ctrl-c", "--", "true"]);
  expect(code).toBe(2);
  expect(stderr).toContain("use f5 to f12");
});

test("the stricter mode holds: what policy would type in full is only suggested with --mode assist", async () => {
  await using world = new World();
  const policy = world.write("full.yaml", answersContinue);
  const file = world.write("asks.sh", asks, 0o700);
  const tmux = await Tmux.shell(world, "governed");
  tmux.line(
    `atlasbridge run --mode assist --policy ${policy} --events ${world.events} -- bash ${file}`,
  );
  await shown(tmux, confirmText);
  await read();
  expect(world.of("reply.injected")).toEqual([]);
  tmux.keys("F8");
  await tmux.sees("got=<y>");
});

test("a policy that turns bad is told in the title while the screen stays the tool's", async () => {
  await using world = new World();
  const tmux = await assisted(world, "read -r -p 'Delete it? [y/n] ' a");
  await world.recorded("prompt.escalated");
  world.write("policy.yaml", "nonsense: 1\n");
  await shown(
    tmux,
    "AtlasBridge: the policy was changed, and the one from before goes on deciding",
  );
  expect(tmux.screen()).toEndWith("Delete it? [y/n]");
  tmux.type("n");
  tmux.keys("Enter");
  expect(await tmux.prompt()).toContain("goes on deciding");
});
