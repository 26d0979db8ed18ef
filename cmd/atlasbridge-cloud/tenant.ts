/** `atlasbridge-cloud tenant …`: the organisations that the service keeps apart. */
import { momentToIso } from "../../contracts/moment.ts";
import { ask, clientOf, urlOption } from "./client.ts";
import { columns, print, type Register } from "./cli.ts";
import { registerTenantEnd } from "./tenant-end.ts";
import { registerTenantLimits } from "./tenant-limits.ts";

type Options = { url?: string };

const examples = `
Examples:
  $ atlasbridge-cloud tenant create "Example Ltd"
  $ atlasbridge-cloud tenant list
`;

export const registerTenant: Register = (program, run) => {
  const tenant = program
    .command("tenant")
    .description("create, list, limit, suspend, export and delete organisations")
    .addHelpText("after", examples);

  tenant
    .command("create")
    .description("create an organisation and print its id")
    .argument("<name>", "as people call it")
    .option(...urlOption)
    .addHelpText("after", '\nExample:\n  $ atlasbridge-cloud tenant create "Example Ltd"\n')
    .action(
      run(async (cli, name: string, { url }: Options) => {
        const client = clientOf(cli, url);
        const made = await ask(() => client.platform.tenants.create.mutate({ name }));
        return print(cli, made, () => [made.tenant_id]);
      }),
    );

  tenant
    .command("list")
    .description("print every organisation with its id")
    .option(...urlOption)
    .addHelpText("after", "\nExample:\n  $ atlasbridge-cloud tenant list --json\n")
    .action(
      run(async (cli, { url }: Options) => {
        const client = clientOf(cli, url);
        const tenants = await ask(() => client.platform.tenants.list.query());
        return print(cli, tenants, () => {
          if (tenants.length === 0) return ["no tenant yet: atlasbridge-cloud tenant create NAME"];
          const rows = tenants.map(({ tenant_id, name, created_at, suspended_at, deleting_at }) => [
            ...[tenant_id, name, momentToIso(Math.floor(created_at))],
            deleting_at === null ? (suspended_at === null ? "" : "suspended") : "being erased",
          ]);
          return columns([["TENANT", "NAME", "CREATED", ""], ...rows]);
        });
      }),
    );

  for (const [verb, isSuspended, about] of [
    ["suspend", true, "refuse everything that an organisation's keys sign, until it is resumed"],
    ["resume", false, "take from a suspended organisation again"],
  ] as const) {
    tenant
      .command(verb)
      .description(about)
      .argument("<tenant>", "its id")
      .option(...urlOption)
      .addHelpText("after", `\nExample:\n  $ atlasbridge-cloud tenant ${verb} TENANT\n`)
      .action(
        run(async (cli, tenant_id: string, { url }: Options) => {
          const client = clientOf(cli, url);
          const input = { tenant_id, is_suspended: isSuspended };
          const now = await ask(() => client.platform.tenants.suspend.mutate(input));
          return print(cli, now, () => [`${now.name}: ${isSuspended ? "suspended" : "resumed"}`]);
        }),
      );
  }
  registerTenantLimits(tenant, run);
  registerTenantEnd(tenant, run);
};
