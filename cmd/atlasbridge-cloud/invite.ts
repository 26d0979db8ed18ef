/** `atlasbridge-cloud invite …`: the first member of an organisation, who then invites the others. */
import { AtlasError } from "../../contracts/errors.ts";
import { momentToIso } from "../../contracts/moment.ts";
import { role as roleShape, roles } from "../../contracts/roles.ts";
import { ask, clientOf, ownClientOf, urlOption } from "./client.ts";
import { print, type Register } from "./cli.ts";

type Options = { url?: string; role: string };

const help = `
Example:
  $ atlasbridge-cloud invite TENANT ada@example.com --role admin

The link works once, for seven days, for whoever signs in with that e-mail. It is printed when the service sends no
e-mail. With ATLASBRIDGE_TOKEN set to an admin's token, the organisation is not named.
`;

export const registerInvite: Register = (program, run) => {
  program
    .command("invite")
    .description("invite somebody into an organisation")
    .argument("<to...>", "the organisation's id, then the e-mail")
    .option("--role <role>", roles.join(", "), "admin")
    .option(...urlOption)
    .addHelpText("after", help)
    .action(
      run(async (cli, to: string[], options: Options) => {
        const parsed = roleShape.safeParse(options.role);
        if (!parsed.success) {
          throw new AtlasError("usage", `--role is one of ${roles.join(", ")}`);
        }
        const role = parsed.data;
        const email = to.at(-1) ?? "";
        const tenant_id = to.length > 1 ? to[0] : undefined;
        const own = ownClientOf(cli, options.url);
        if ((own === null) !== (tenant_id !== undefined)) {
          const message = "name the organisation, or set ATLASBRIDGE_TOKEN to one of its tokens";
          throw new AtlasError("usage", message);
        }
        const made = await ask(() =>
          own === null
            ? clientOf(cli, options.url).platform.invitations.create.mutate({
                ...{ tenant_id: tenant_id ?? "", email, role },
              })
            : own.invitations.create.mutate({ email, role }),
        );
        return print(cli, made, () => [
          made.link ?? `sent to ${made.email}`,
          `as ${made.role}, until ${momentToIso(Math.floor(made.expires_at))}`,
        ]);
      }),
    );
};
