/** `atlasbridge-cloud keys …`: the keys with which an organisation's agents sign what they send. */
import { agentId } from "../../contracts/ids.ts";
import { AtlasError } from "../../contracts/errors.ts";
import { momentToIso } from "../../contracts/moment.ts";
import { systemClock } from "../../cloud/clock.ts";
import { ask, type Client, clientOf, ownClientOf, urlOption } from "./client.ts";
import { type Cli, columns, print, type Register } from "./cli.ts";

type CreateOptions = { url?: string; label?: string; agent?: string; days?: string };
type RotateOptions = { url?: string; overlap?: string };

const bothWays =
  "Platform staff name the organisation; with ATLASBRIDGE_TOKEN set to a token of it, it is not named.";

const createHelp = `
Examples:
  $ atlasbridge-cloud keys create TENANT --label "build machines" --days 180
  $ ATLASBRIDGE_TOKEN=abt_… atlasbridge-cloud keys create --url https://cloud.example.com

The secret is printed once and cannot be had again. Without --agent the key is for any agent of the tenant.
${bothWays}
`;

const rotateHelp = `
Examples:
  $ atlasbridge-cloud keys rotate TENANT abk_… --overlap 48
  $ ATLASBRIDGE_TOKEN=abt_… atlasbridge-cloud keys rotate abk_… --url https://cloud.example.com

Both keys work during the overlap; the old one then expires. "keys list" shows when the old one was last used.
${bothWays}
`;

const examples = `
Examples:
  $ atlasbridge-cloud keys create TENANT
  $ atlasbridge-cloud keys rotate TENANT abk_… --overlap 48
`;

export const registerKeys: Register = (program, run) => {
  const keys = program
    .command("keys")
    .description("create, rotate, revoke and list ingestion keys")
    .addHelpText("after", examples);
  for (const register of [registerCreate, registerRotate, registerRevoke, registerList]) {
    register(keys, run);
  }
};

/** Of an organisation by its own token, or of any by the platform's; so the tenant is told by one or named. */
function callsOf(cli: Cli, url: string | undefined, tenant_id: string | undefined): Calls {
  const own = ownClientOf(cli, url);
  if (own !== null) {
    if (tenant_id === undefined) return ownCalls(own);
    throw new AtlasError(
      "usage",
      "ATLASBRIDGE_TOKEN is of one organisation; name none, or unset it",
    );
  }
  if (tenant_id === undefined) {
    throw new AtlasError(
      "usage",
      "name the organisation, or set ATLASBRIDGE_TOKEN to one of its tokens",
    );
  }
  return platformCalls(clientOf(cli, url), tenant_id);
}

type Calls = ReturnType<typeof ownCalls>;

const ownCalls = ({ keys }: Client) => ({
  create: (wish: ReturnType<typeof wishOf>) => keys.create.mutate(wish),
  rotate: (wish: { key_id: string; overlap_hours: number }) => keys.rotate.mutate(wish),
  revoke: (key_id: string) => keys.revoke.mutate({ key_id }),
  list: () => keys.list.query(),
});

function platformCalls({ platform: { keys } }: Client, tenant_id: string): Calls {
  return {
    create: (wish) => keys.create.mutate({ tenant_id, ...wish }),
    rotate: (wish) => keys.rotate.mutate({ tenant_id, ...wish }),
    revoke: (key_id) => keys.revoke.mutate({ tenant_id, key_id }),
    list: () => keys.list.query({ tenant_id }),
  };
}

/** `[TENANT] KEY`: commander knows optional arguments at the end alone. */
function tenantAndKey(ids: readonly string[]): [string | undefined, string] {
  const [first, second, ...more] = ids;
  if (first === undefined || more.length > 0) {
    throw new AtlasError("usage", "give the key's id, after the organisation's");
  }
  return second === undefined ? [undefined, first] : [first, second];
}

const registerCreate: Register = (keys, run) => {
  keys
    .command("create")
    .description("create a key and print its id and its secret, once")
    .argument("[tenant]", "the organisation's id")
    .option("--label <text>", "what it is for")
    .option("--agent <id>", "the one agent that may use it")
    .option("--days <number>", "how long it works; without it, for ever")
    .option(...urlOption)
    .addHelpText("after", createHelp)
    .action(
      run(async (cli, tenant: string | undefined, options: CreateOptions) => {
        const calls = callsOf(cli, options.url, tenant);
        const made = await ask(() => calls.create(wishOf(options)));
        return print(cli, made, () => [`key     ${made.key_id}`, `secret  ${made.secret}`]);
      }),
    );
};

const registerRotate: Register = (keys, run) => {
  keys
    .command("rotate")
    .description("create a key's successor, and let the old one work for an overlap")
    .argument("<ids...>", "the organisation's id, then the old key's")
    .option("--overlap <hours>", "how long both work", "24")
    .option(...urlOption)
    .addHelpText("after", rotateHelp)
    .action(
      run(async (cli, ids: string[], options: RotateOptions) => {
        const [tenant, key_id] = tenantAndKey(ids);
        const calls = callsOf(cli, options.url, tenant);
        const overlap_hours = Number(options.overlap);
        const made = await ask(() => calls.rotate({ key_id, overlap_hours }));
        return print(cli, made, () => [
          `key     ${made.key_id}`,
          `secret  ${made.secret}`,
          `old     ${made.old_key_id} works until ${iso(made.old_expires_at)}`,
        ]);
      }),
    );
};

const registerRevoke: Register = (keys, run) => {
  keys
    .command("revoke")
    .description("make a key open nothing, at once and for good")
    .argument("<ids...>", "the organisation's id, then the key's")
    .option(...urlOption)
    .addHelpText(
      "after",
      `\nExample:\n  $ atlasbridge-cloud keys revoke TENANT abk_…\n\n${bothWays}\n`,
    )
    .action(
      run(async (cli, ids: string[], { url }: { url?: string }) => {
        const [tenant, key_id] = tenantAndKey(ids);
        const key = await ask(() => callsOf(cli, url, tenant).revoke(key_id));
        return print(cli, key, () => [`${key.key_id}: revoked`]);
      }),
    );
};

const registerList: Register = (keys, run) => {
  keys
    .command("list")
    .description("print an organisation's keys, never a secret")
    .argument("[tenant]", "the organisation's id")
    .option(...urlOption)
    .addHelpText(
      "after",
      `\nExample:\n  $ atlasbridge-cloud keys list TENANT --json\n\n${bothWays}\n`,
    )
    .action(
      run(async (cli, tenant: string | undefined, { url }: { url?: string }) => {
        const calls = callsOf(cli, url, tenant);
        const rows = await ask(() => calls.list());
        return print(cli, rows, () => {
          if (rows.length === 0) return ["no key yet: atlasbridge-cloud keys create"];
          const table = rows.map((key) => [
            ...[key.key_id, key.label ?? "", key.agent_id ?? "any", standingOf(key)],
            key.last_used_at === null ? "never" : iso(key.last_used_at),
          ]);
          return columns([["KEY", "LABEL", "AGENT", "STANDING", "LAST USED"], ...table]);
        });
      }),
    );
};

const iso = (at: number): string => momentToIso(Math.floor(at));

const dayMs = 86_400_000;

function wishOf({ label, agent, days }: CreateOptions) {
  const parsed = agent === undefined ? null : agentId.safeParse(agent);
  if (parsed?.success === false) throw new AtlasError("usage", `--agent ${agent} is no agent's id`);
  const count = Number(days ?? 1);
  if (!(count > 0)) throw new AtlasError("usage", `--days ${days} is no number of days`);
  return {
    ...(label === undefined ? {} : { label }),
    ...(parsed === null ? {} : { agent_id: parsed.data }),
    ...(days === undefined ? {} : { expires_at: Math.floor(systemClock.now() + count * dayMs) }),
  };
}

type Key = { expires_at: number | null; revoked_at: number | null; successor_id: string | null };

function standingOf({ expires_at, revoked_at, successor_id }: Key): string {
  if (revoked_at !== null) return "revoked";
  const until = expires_at === null ? "works" : `until ${iso(expires_at)}`;
  return successor_id === null ? until : `${until}, rotated to ${successor_id}`;
}
