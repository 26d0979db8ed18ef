/** `run --detach` and `run --keep`: the session in the background, with nobody attached or with this terminal. */
import { exitCodes } from "../../../contracts/errors.ts";
import type { DetachedView } from "../../../contracts/operator.ts";
import { outputFormat } from "../../../contracts/version.ts";
import { attachTo } from "../attach/attach-to.ts";
import { type Cli, print } from "../cli.ts";
import { visible } from "../visible.ts";
import { startHost } from "./host.ts";
import type { RunOptions } from "./options.ts";

/** The exit code: the tool's own where this terminal saw its end. */
export async function runInBackground(cli: Cli, options: RunOptions): Promise<number> {
  const state = await startHost(cli, options);
  if (typeof state === "number") return state;
  const { session_id: id, tool, pid } = state;
  if (options.keep === true) return await attachTo(cli, id, { pen: "take" });
  const view: DetachedView = { format: outputFormat, session_id: id, pid };
  print(cli, view, () => `${id}\n`);
  if (!cli.json) {
    const short = id.slice(-8);
    cli.note(`${visible(tool)} runs in the background; see it: atlasbridge attach ${short}`);
  }
  return exitCodes.ok;
}
