/** `atlasbridge-cloud keys …`: the keys with which an organisation's agents sign what they send. */
import { agentId } from "../../contracts/ids.ts";
import { AtlasError } from "../../contracts/errors.ts";
import { momentToIso } from "../../contracts/moment.ts";
import { systemClock } from "../../cloud/clock.ts";
import { ask, clientOf, urlOption } from "./client.ts";
import { columns, print, type Register } from "./cli.ts";

type CreateOptions = { url?: string; label?: string; agent?: string; days?: string };
type RotateOptions = { url?: string; overlap?: string };

const createHelp = `
Example:
  $ atlasbridge-cloud keys create TENANT --label "build machines" --days 180

The secret is printed once and cannot be had again. Without --agent the key is for any agent of the tenant.
`;

const rotateHelp = `
Example:
  $ atlasbridge-cloud keys rotate TENANT abk_… --overlap 48

Both keys work during the overlap; the old one then expires. "keys list" shows when the old one was last used.
`;

export const registerKeys: Register = (program, run) => {
  const keys = program
    .command("keys")
    .description("create, rotate, revoke and list ingestion keys");
  for (const register of [registerCreate, registerRotate, registerRevoke, registerList]) {
    register(keys, run);
  }
};

const registerCreate: Register = (keys, run) => {
  keys
    .command("create")
    .description("create a key and print its id and its secret, once")
    .argument("<tenant>", "the organisation's id")
    .option("--label <text>", "what it is for")
    .option("--agent <id>", "the one agent that may use it")
    .option("--days <number>", "how long it works; without it, for ever")
    .option(...urlOption)
    .addHelpText("after", createHelp)
    .action(
      run(async (cli, tenant_id: string, options: CreateOptions) => {
        const client = clientOf(cli, options.url);
        const input = { tenant_id, ...wishOf(options) };
        const made = await ask(() => client.platform.keys.create.mutate(input));
        return print(cli, made, () => [`key     ${made.key_id}`, `secret  ${made.secret}`]);
      }),
    );
};

const registerRotate: Register = (keys, run) => {
  keys
    .command("rotate")
    .description("create a key's successor, and let the old one work for an overlap")
    .argument("<tenant>", "the organisation's id")
    .argument("<key>", "the old key's id")
    .option("--overlap <hours>", "how long both work", "24")
    .option(...urlOption)
    .addHelpText("after", rotateHelp)
    .action(
      run(async (cli, ...[tenant_id, key_id, options]: [string, string, RotateOptions]) => {
        const client = clientOf(cli, options.url);
        const input = { tenant_id, key_id, overlap_hours: Number(options.overlap) };
        const made = await ask(() => client.platform.keys.rotate.mutate(input));
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
    .argument("<tenant>", "the organisation's id")
    .argument("<key>", "the key's id")
    .option(...urlOption)
    .addHelpText("after", "\nExample:\n  $ atlasbridge-cloud keys revoke TENANT abk_…\n")
    .action(
      run(async (cli, ...[tenant_id, key_id, { url }]: [string, string, { url?: string }]) => {
        const client = clientOf(cli, url);
        const key = await ask(() => client.platform.keys.revoke.mutate({ tenant_id, key_id }));
        return print(cli, key, () => [`${key.key_id}: revoked`]);
      }),
    );
};

const registerList: Register = (keys, run) => {
  keys
    .command("list")
    .description("print an organisation's keys, never a secret")
    .argument("<tenant>", "the organisation's id")
    .option(...urlOption)
    .addHelpText("after", "\nExample:\n  $ atlasbridge-cloud keys list TENANT --json\n")
    .action(
      run(async (cli, tenant_id: string, { url }: { url?: string }) => {
        const client = clientOf(cli, url);
        const rows = await ask(() => client.platform.keys.list.query({ tenant_id }));
        return print(cli, rows, () => {
          if (rows.length === 0) return ["no key yet: atlasbridge-cloud keys create TENANT"];
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
