/** Copies of a tool's own dialogs, character by character, off the screens of its recordings. */
import { join } from "node:path";
import { readCase } from "../../runtime/lab/case-files.ts";
import { play } from "../../runtime/lab/play.ts";
import type { Agent } from "./plan.ts";

const recordings = join(import.meta.dir, "../../runtime/prompt/recordings/tools");
/** Where a dialog begins on the screen: a rule or a box across it, or its question. */
const BEGINS = /^\s*(?:[─╭]{8,}|Would you like to )/u;

/** A shell approval and one of a file. */
export function dialogCopies(agent: Agent): string[] {
  return ["shapes", "files"].map((name) => firstDialog(agent, name));
}

function firstDialog(agent: Agent, name: string): string {
  const { recording, expected } = readCase(recordings, join(recordings, agent, `${name}.cast`));
  const asked = expected.prompts.find(({ kind }) => kind === "yes_no");
  if (asked === undefined) throw new Error(`the recording ${agent}/${name} shows no approval`);
  let rows: string[] = [];
  play(recording, [asked.at_ms], {
    look: ({ snapshot }) => {
      rows = snapshot.screen.map((row) => row.text.trimEnd());
    },
  });
  const last = rows.findLastIndex((row) => row !== "");
  const options = rows.slice(0, last).findLastIndex((row) => /1\. /.test(row));
  const top = rows.slice(0, options).findLastIndex((row) => BEGINS.test(row) && !/^\s*│/.test(row));
  return rows.slice(Math.max(0, top), last + 1).join("\n");
}
