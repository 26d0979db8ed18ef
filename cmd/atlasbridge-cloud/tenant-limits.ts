/** `atlasbridge-cloud tenant limits`: how much of each one organisation may have. */
import { AtlasError } from "../../contracts/errors.ts";
import { ask, clientOf, urlOption } from "./client.ts";
import { columns, print, type Register } from "./cli.ts";

const names = ["requests_per_minute", "agents_max", "keys_max", "members_max"] as const;
type Name = (typeof names)[number];

type Options = {
  url?: string;
  requests?: string;
  agents?: string;
  keys?: string;
  members?: string;
};

const help = `
Examples:
  $ atlasbridge-cloud tenant limits TENANT
  $ atlasbridge-cloud tenant limits TENANT --requests 600 --agents 50
  $ atlasbridge-cloud tenant limits TENANT --agents default

Without any of them it prints what is set. What is there beyond a smaller limit stays, and nothing is added to it.
Batches of an agent beyond the limit wait on its machine and are taken once there is room.
`;

/** Undefined: not to be changed; null: as for everybody. Throws `AtlasError` for what is no number. */
function limitIn(name: string, text: string | undefined): number | null | undefined {
  if (text === undefined || text === "default") return text === undefined ? undefined : null;
  const many = Number(text);
  if (Number.isSafeInteger(many) && many > 0) return many;
  throw new AtlasError("usage", `--${name} must be a whole number above 0, or the word default`);
}

export const registerTenantLimits: Register = (tenant, run) => {
  tenant
    .command("limits")
    .description("print or set how much of each an organisation may have")
    .argument("<tenant>", "its id")
    .option("--requests <number>", "batches a minute, of all its agents together")
    .option("--agents <number>", "agents that are not revoked")
    .option("--keys <number>", "ingestion keys that open something")
    .option("--members <number>", "members")
    .option(...urlOption)
    .addHelpText("after", help)
    .action(
      run(async (cli, tenant_id: string, { url, ...given }: Options) => {
        const wish: Record<Name, number | null | undefined> = {
          requests_per_minute: limitIn("requests", given.requests),
          agents_max: limitIn("agents", given.agents),
          keys_max: limitIn("keys", given.keys),
          members_max: limitIn("members", given.members),
        };
        const { tenants } = clientOf(cli, url).platform;
        const isChange = names.some((name) => wish[name] !== undefined);
        const now = await ask(() =>
          isChange
            ? tenants.setLimits.mutate({ tenant_id, ...wish })
            : tenants.limits.query({ tenant_id }),
        );
        return print(cli, now, () =>
          columns([
            ["LIMIT", ""],
            ...names.map((name) => [name.replaceAll("_", " "), String(now[name] ?? "default")]),
          ]),
        );
      }),
    );
};
