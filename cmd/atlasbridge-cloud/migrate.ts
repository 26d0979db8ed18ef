/** `atlasbridge-cloud migrate`: brings a database to what this version needs. */
import { AtlasError } from "../../contracts/errors.ts";
import { readOwnerUrl } from "../../cloud/config.ts";
import { migrate } from "../../cloud/store/migrate.ts";
import { print, type Register } from "./cli.ts";

const help = `
Example:
  $ OWNER_DATABASE_URL=postgres://atlasbridge_owner@db/atlasbridge atlasbridge-cloud migrate

The owner's role owns the tables and serves nobody; the service connects as atlasbridge_app (DATABASE_URL) and
atlasbridge_platform (PLATFORM_DATABASE_URL), which are made when they are missing and the owner may make roles.
Give them passwords then: ALTER ROLE atlasbridge_app PASSWORD '…'. An embedded database is migrated by "serve".
`;

export const registerMigrate: Register = (program, run) => {
  program
    .command("migrate")
    .description("bring a PostgreSQL of yours to what this version needs")
    .addHelpText("after", help)
    .action(
      run(async (cli) => {
        const ownerUrl = readOwnerUrl(cli.variables);
        if (ownerUrl === null) {
          throw new AtlasError(
            "usage",
            "OWNER_DATABASE_URL is not set; see atlasbridge-cloud migrate --help",
          );
        }
        const applied = await migrate({ ownerUrl });
        return print(cli, { applied }, () =>
          applied.length === 0 ? ["nothing to do"] : applied.map((name) => `applied ${name}`),
        );
      }),
    );
};
