/** `policy hash`: the hash by which the trace names a policy. */
import { exitCodes } from "../../../contracts/errors.ts";
import { outputFormat } from "../../../contracts/version.ts";
import { type Cli, print } from "../cli.ts";
import { readForPerson } from "./validate.ts";

export function hashPolicy(cli: Cli, file: string | undefined): number {
  const read = readForPerson(cli, file);
  if (read === null) return exitCodes.usage;
  const { hash } = read.parsed;
  return print(cli, { format: outputFormat, file: read.path, hash }, () => `${hash}\n`);
}
