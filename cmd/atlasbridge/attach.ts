/** `atlasbridge attach`: this terminal at a session that runs in the background, or watching one that runs elsewhere. */
import { InvalidArgumentError, Option } from "commander";
import { attachTo } from "./attach/attach-to.ts";
import { type DetachKey, detachKey, detachKeyDefault } from "./attach/detach-key.ts";
import { assertByPerson } from "./by-person.ts";
import type { Register } from "./cli.ts";
import { findRunning } from "./running.ts";

const help = `
Examples:
  $ atlasbridge attach                   the one session that runs
  $ atlasbridge attach nightly           by its label, or a part of its id
  $ atlasbridge attach --watch nightly   look on; no key reaches the tool
  $ atlasbridge attach --take nightly    write; who writes now will watch

One terminal writes, any number watch; the watchers' last row says who writes.
The writer's size is the session's. Ctrl-\\ (--detach-key) leaves it running.
A session that has a terminal of its own (run without --keep and --detach) can
be watched alone. Exit code: the session's own when you saw its end, 0 when
you left.
`;

type AttachOptions = { watch?: boolean; take?: boolean; detachKey: DetachKey };

function readKey(given: string): DetachKey {
  const key = detachKey(given);
  if (key !== null) return key;
  throw new InvalidArgumentError("use ctrl- and a letter or one of \\ ] ^ _ that no tool needs");
}

export const registerAttach: Register = (program, run) => {
  program
    .command("attach")
    .description("show a running session in this terminal, and type into it")
    .argument("[session]", "its label, or the start or end of its id; the one that runs")
    .addOption(new Option("--watch", "look on; nothing is typed").conflicts("take"))
    .option("--take", "write, even if another terminal does")
    .addOption(
      new Option("--detach-key <key>", "leaves the session running")
        .env("ATLASBRIDGE_DETACH_KEY")
        .default(detachKey(detachKeyDefault), detachKeyDefault)
        .argParser(readKey),
    )
    .addHelpText("after", help)
    .action(
      run(async (cli, session: string | undefined, options: AttachOptions) => {
        if (options.watch !== true) assertByPerson(cli);
        const { session_id: id } = await findRunning(cli, session);
        const pen = options.watch === true ? "watch" : options.take === true ? "take" : "if_free";
        return await attachTo(cli, id, { pen, key: options.detachKey });
      }),
    );
};
