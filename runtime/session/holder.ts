/** Which process answers for a session, in a form that a process reusing its number cannot be mistaken for. */
import { spawnSync } from "node:child_process";
import { readFileSync, readlinkSync } from "node:fs";
import type { SessionHolder } from "../trace/store.ts";

/** This process, as `isGone` will recognise it, from this or from another process. */
export function thisHolder(): SessionHolder {
  const { pid } = process;
  return { pid, startedAs: identityOf(pid) ?? unknownIdentity };
}

/**
 * Whether the holder has surely ended. When unsure (another container's process, no way to look) it has not:
 * a session that is thought to run costs a line on the screen, one that is ended while it runs costs a prompt.
 */
export function isGone(holder: SessionHolder): boolean {
  const here = place();
  const theirs = placeOf(holder.startedAs);
  if (here !== null && theirs !== null) {
    // The machine has started anew since: nothing of before is left.
    if (here.boot !== theirs.boot) return true;
    // Numbers of another namespace mean other processes, or none, in this one.
    if (here.namespace !== theirs.namespace) return false;
  }
  if (!isNumberTaken(holder)) return true;
  const now = identityOf(holder.pid);
  if (now === null || holder.startedAs === unknownIdentity) return false;
  return now === zombie || now !== holder.startedAs;
}

const unknownIdentity = "unknown";
const zombie = "zombie";

type Place = { boot: string; namespace: string };

/** Read once: neither changes as long as this process lives. */
let known: Place | null = null;

/** Linux: this boot of this kernel, and this namespace of process numbers. */
function place(): Place | null {
  try {
    known ??= {
      boot: readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim(),
      namespace: readlinkSync("/proc/self/ns/pid"),
    };
    return known;
  } catch {
    return null;
  }
}

function placeOf(startedAs: string): Place | null {
  const [system, boot, namespace] = startedAs.split(" ");
  if (system !== "linux" || boot === undefined || namespace === undefined) return null;
  return { boot, namespace };
}

function identityOf(pid: number): string | null {
  const here = place();
  return here === null ? identityFromPs(pid) : identityFromProc(pid, here);
}

/** proc_pid_stat(5): field 3 is the state, field 22 the start in clock ticks since boot. */
function identityFromProc(pid: number, { boot, namespace }: Place): string | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
    // The name in field 2 may itself hold spaces and brackets; fields are counted after its last one.
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    const state = fields[0];
    const start = fields[19];
    if (start === undefined) return null;
    return state === "Z" || state === "X" ? zombie : `linux ${boot} ${namespace} ${start}`;
  } catch {
    return null;
  }
}

/** How long `ps` may take before the answer is "unsure". */
const psTimeoutMs = 2_000;

function identityFromPs(pid: number): string | null {
  if (process.platform === "win32") return null;
  const ps = spawnSync("ps", ["-o", "lstart=", "-p", String(pid)], {
    encoding: "utf8",
    timeout: psTimeoutMs,
    // The date is compared as text, so it must not change with the reader's language or time zone.
    env: { PATH: "/usr/bin:/bin", LC_ALL: "C", TZ: "UTC" },
  });
  const started = ps.status === 0 ? ps.stdout.trim() : "";
  return started === "" ? null : `ps ${started}`;
}

/** Whether some process has its number: a small part of what it costs to know which. */
export function isNumberTaken({ pid }: SessionHolder): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it is there, and another user's.
    return !(error instanceof Error && "code" in error && error.code === "ESRCH");
  }
}
