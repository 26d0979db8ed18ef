/** `atlasbridge-cloud keyring …`: the keys under which secrets lie sealed in the database. */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { AtlasError } from "../../contracts/errors.ts";
import { withNewKey } from "../../cloud/keys/ring.ts";
import { systemRandom } from "../../cloud/random.ts";
import { keyRingFile } from "../../cloud/secrets.ts";
import { ask, clientOf, urlOption } from "./client.ts";
import { note, print, type Register } from "./cli.ts";

const addHelp = `
Example:
  $ atlasbridge-cloud keyring add

A ring from ATLASBRIDGE_KEY_RING is printed with a newer key: give it to every replica and start them again. One that
the service keeps below --home is changed there. Then run: atlasbridge-cloud keyring rotate
`;

const rotateHelp = `
Example:
  $ atlasbridge-cloud keyring rotate

Seals everything anew under the newest key, while requests are served. Older keys can then be taken out of the ring.
`;

const examples = `
Examples:
  $ atlasbridge-cloud keyring add
  $ atlasbridge-cloud keyring rotate
`;

export const registerKeyring: Register = (program, run) => {
  const keyring = program
    .command("keyring")
    .description("change the keys that seal secrets")
    .addHelpText("after", examples);

  keyring
    .command("add")
    .description("add a newer key to the ring")
    .addHelpText("after", addHelp)
    .action(
      run((cli) => {
        const file = join(cli.settings.home, keyRingFile);
        const given = cli.settings.keyRing;
        if (given === null && !existsSync(file)) {
          const message = `there is no ring: ATLASBRIDGE_KEY_RING is not set, and ${file} is not there`;
          throw new AtlasError("not_found", message);
        }
        const { text, version } = withNewKey(given ?? readFileSync(file, "utf8"), systemRandom);
        if (given !== null) {
          note("keep this as you keep the old one; it is not stored anywhere");
          return print(cli, { version, key_ring: text }, () => [text]);
        }
        writeFileSync(file, `${text}\n`, { mode: 0o600 });
        return print(cli, { version, file }, () => [
          `key ${version} added to ${file}; start the service again, then: atlasbridge-cloud keyring rotate`,
        ]);
      }),
    );

  keyring
    .command("rotate")
    .description("seal everything anew under the newest key")
    .option(...urlOption)
    .addHelpText("after", rotateHelp)
    .action(
      run(async (cli, { url }: { url?: string }) => {
        const done = await ask(() => clientOf(cli, url).platform.keyring.rotate.mutate());
        return print(cli, done, () => [
          `under key ${done.version}: ${done.keys} keys and ${done.sessions} sessions sealed anew, of ${done.tenants} organisations`,
        ]);
      }),
    );
};
