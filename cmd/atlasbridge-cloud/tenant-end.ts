/** `atlasbridge-cloud tenant export|delete`: everything of an organisation as a file, and its end. */
import { closeSync, openSync, writeSync } from "node:fs";
import { ask, clientOf, tenantClientOf, urlOption } from "./client.ts";
import { out, print, type Register } from "./cli.ts";

type ExportOptions = { url?: string; output?: string };
type DeleteOptions = { url?: string; confirm: string };

const exportHelp = `
Example:
  $ ATLASBRIDGE_TOKEN=abt_… atlasbridge-cloud tenant export --output example-ltd.jsonl

It asks as the organisation's own administrator: platform staff cannot read what belongs to it. One JSON value a line; the
first says what it is, the others are rows, traces with their hashes and checkpoints among them. With --json the file's
name and how many lines it has are printed at the end.
`;

const deleteHelp = `
Example:
  $ atlasbridge-cloud tenant delete TENANT --confirm "Example Ltd"

Nothing of it opens any more from this moment on, and all its rows are erased within the hour. There is no way back: export
it first. "tenant list" shows it until it is gone.
`;

export const registerTenantEnd: Register = (tenant, run) => {
  tenant
    .command("export")
    .description("write all data of an organisation to a file, as its administrator")
    .option(...urlOption)
    .option("-o, --output <file>", "a file in place of standard output; it must not be there yet")
    .addHelpText("after", exportHelp)
    .action(
      run(async (cli, { url, output }: ExportOptions) => {
        const client = tenantClientOf(cli, url);
        const file = output === undefined ? null : openSync(output, "wx", 0o600);
        let lines = 0;
        let cursor: string | undefined;
        do {
          const asked = cursor === undefined ? {} : { cursor };
          const page = await ask(() => client.settings.export.query(asked));
          const text = page.lines.map((line) => `${line}\n`).join("");
          if (file === null) out(text);
          else writeSync(file, text);
          lines += page.lines.length;
          cursor = page.next ?? undefined;
        } while (cursor !== undefined);
        if (file === null) return 0;
        closeSync(file);
        return print(cli, { file: output, lines }, () => [`${lines} lines in ${output ?? ""}`]);
      }),
    );

  tenant
    .command("delete")
    .description("end an organisation, and erase all that belongs to it")
    .argument("<tenant>", "its id")
    .requiredOption("--confirm <name>", "its name, so that it is this one")
    .option(...urlOption)
    .addHelpText("after", deleteHelp)
    .action(
      run(async (cli, tenant_id: string, { url, confirm: name }: DeleteOptions) => {
        const client = clientOf(cli, url);
        const now = await ask(() => client.platform.tenants.delete.mutate({ tenant_id, name }));
        return print(cli, now, () => [
          `${now.name}: nothing of it opens any more; it is being erased`,
        ]);
      }),
    );
};
