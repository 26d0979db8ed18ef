/** `run --detach` and `run --keep`: the session in the background, with nobody attached or with this terminal. */
import { exitCodes } from "../../../contracts/errors.ts";
import type { DetachedView } from "../../../contracts/operator.ts";
import { outputFormat } from "../../../contracts/version.ts";
import { attachTo } from "../attach/attach-to.ts";
import { type Cli, print } from "../cli.ts";
import { startHost } from "./host.ts";
import type { RunOptions } from "./options.ts";

/** The exit code: the tool's own where this terminal saw its end. */
export async function runInBackground(cli: Cli, options: RunOptions): Promise<number> {
  const begun = await startHost(cli, options);
  if (typeof begun === "number") return begun;
  const { id, pid, over } = begun;
  if (options.keep === true && over === null) return await attachTo(cli, id, { pen: "take" });
  const short = id.slice(-8);
  if (options.keep !== true) {
    const view: DetachedView = { format: outputFormat, session_id: id, pid };
    print(cli, view, () => `${id}\n`);
    if (over === null && !cli.json) {
      cli.note(`it runs in the background; see it: atlasbridge attach ${short}`);
    }
  }
  if (over === null) return exitCodes.ok;
  if (!cli.json) cli.note(`it has ended already (${over}); see: atlasbridge sessions show ${id}`);
  return options.keep === true ? over : exitCodes.ok;
}
