/** `atlasbridge version`: what this binary is, for people and for bug reports. */
import { buildCommit, outputFormat, productVersion, traceFormat } from "../../contracts/version.ts";
import { print, type Register } from "./cli.ts";

export const registerVersion: Register = (program, run) => {
  program
    .command("version")
    .description("print the version, the platform and the formats this binary speaks")
    .addHelpText("after", "\nExample:\n  $ atlasbridge version --json\n")
    .action(
      run((cli) => {
        const view = {
          format: outputFormat,
          version: productVersion,
          commit: buildCommit,
          platform: `${process.platform}-${process.arch}`,
          bun: Bun.version,
          trace_format: traceFormat,
        };
        return print(cli, view, () => {
          const commit = view.commit === null ? "" : ` (${view.commit})`;
          return `atlasbridge ${view.version}${commit} ${view.platform}, Bun ${view.bun}\n`;
        });
      }),
    );
};
