/** Whether a process runs within a governed session: a tool may ask about prompts, and not answer its own. */
import { Proc } from "../pty/proc-files.ts";

/** More generations than these nobody has. */
const generationsMax = 64;
const mark = /(?:^|\0)ATLASBRIDGE_SESSION=/;
const environmentBytesMax = 2_097_152;

/** What such a process is told. */
export const forPersons = "this is for a person to say, not for a tool that is governed";

/**
 * By what it, and each process that it comes from, was started with: a tool that takes the variable away from its
 * children has it still. No wall: a process that has cut itself off from its parents is seen as nobody's. Where the
 * system does not tell, nobody is.
 */
export function isGoverned(pid: number, proc: Proc = new Proc("/proc")): boolean {
  let one = pid;
  for (let generation = 0; generation < generationsMax && one > 1; generation += 1) {
    const environment = proc.readList(`${one}/environ`, environmentBytesMax);
    if (environment.outcome === "read" && mark.test(environment.text)) return true;
    const stat = proc.read(`${one}/stat`);
    if (stat.outcome !== "read") return false;
    // proc_pid_stat(5): state and parent come behind the name, which may itself hold brackets.
    one = Number(stat.text.slice(stat.text.lastIndexOf(")") + 2).split(" ")[1]);
  }
  return false;
}
