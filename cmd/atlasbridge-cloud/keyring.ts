/** `atlasbridge-cloud keyring …`: the keys under which secrets lie sealed in the database. */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { AtlasError } from "../../contracts/errors.ts";
import { withAllInUse, withNewKey } from "../../cloud/keys/ring.ts";
import { systemRandom } from "../../cloud/random.ts";
import { keyRingFile } from "../../cloud/secrets.ts";
import { ask, clientOf, urlOption } from "./client.ts";
import { type Cli, note, print, type Register } from "./cli.ts";

const addHelp = `
Example:
  $ atlasbridge-cloud keyring add

A ring from ATLASBRIDGE_KEY_RING is printed with a newer key that opens and does not seal yet (:next): give it to every
replica, then run: atlasbridge-cloud keyring use
One that the service keeps below --home is changed there, and its newer key seals once the service was started again.
`;

const useHelp = `
Example:
  $ atlasbridge-cloud keyring use

Prints the ring of ATLASBRIDGE_KEY_RING, in which the newest key seals. Once every replica has it, run:
atlasbridge-cloud keyring rotate
`;

const rotateHelp = `
Example:
  $ atlasbridge-cloud keyring rotate

Seals everything anew under the key that seals, while requests are served. Older keys can then be taken out of the ring.
`;

const examples = `
Examples:
  $ atlasbridge-cloud keyring add
  $ atlasbridge-cloud keyring use
  $ atlasbridge-cloud keyring rotate
`;

const printed = (cli: Cli, { version, text }: { version: number; text: string }): number => {
  note("keep this as you keep the old one; it is not stored anywhere");
  return print(cli, { version, key_ring: text }, () => [text]);
};

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
        if (given !== null) return printed(cli, withNewKey(given, systemRandom, true));
        if (!existsSync(file)) {
          const message = `there is no ring: ATLASBRIDGE_KEY_RING is not set, and ${file} is not there`;
          throw new AtlasError("not_found", message);
        }
        // One service has it, which reads it when it starts: nobody else has to be able to open before that.
        const { text, version } = withNewKey(readFileSync(file, "utf8"), systemRandom, false);
        writeFileSync(file, `${text}\n`, { mode: 0o600 });
        return print(cli, { version, file }, () => [
          `key ${version} added to ${file}; start the service again, then: atlasbridge-cloud keyring rotate`,
        ]);
      }),
    );

  keyring
    .command("use")
    .description("let the newest key of the ring seal, once every replica has it")
    .addHelpText("after", useHelp)
    .action(
      run((cli) => {
        const changed = cli.settings.keyRing === null ? null : withAllInUse(cli.settings.keyRing);
        if (changed !== null) return printed(cli, changed);
        const message =
          "no key of ATLASBRIDGE_KEY_RING waits to be used; add one first: atlasbridge-cloud keyring add";
        throw new AtlasError("usage", message);
      }),
    );

  keyring
    .command("rotate")
    .description("seal everything anew under the key that seals")
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
