/** Whether a tool can be run in a terminal here, whether the kernel tells who waits for input, and what yours can do. */
import { readFileSync } from "node:fs";
import type { Finding } from "../../../contracts/doctor.ts";
import { limits } from "../../../contracts/limits.ts";
import { systemClock } from "../../../runtime/clock.ts";
import type { Environment } from "../../../runtime/config.ts";
import { kernelLook } from "../../../runtime/pty/kernel.ts";
import type { KernelEvidence } from "../../../runtime/pty/kernel-wait.ts";
import { startNative } from "../../../runtime/pty/native.ts";
import type { Pty } from "../../../runtime/pty/pty.ts";
import { canaryCommand, canaryQuestion } from "./canary-tool.ts";
import { reasonOf, sayer } from "./finding.ts";

const say = sayer("terminal");

export async function terminalFindings({ variables }: Environment): Promise<Finding[]> {
  const tried = await askedInTerminal(variables);
  return [
    tried.trouble === null
      ? say.ok("pseudo-terminal", "a tool ran in one and asked")
      : say.failed({ name: "pseudo-terminal", detail: tried.trouble }, mountPts),
    ...(tried.trouble === null ? [kernelFinding(tried.kernel, readProcSettings())] : []),
    ownTerminal(variables, process.stdout),
  ];
}

const mountPts = "sudo mount -t devpts devpts /dev/pts";

type Tried = { trouble: string | null; kernel: KernelEvidence | null };

/** Runs the canary's tool by itself and looks while it waits; that it is answered is for the whole canary to show. */
async function askedInTerminal(variables: Readonly<Record<string, string>>): Promise<Tried> {
  let seen = "";
  const asked = Promise.withResolvers<void>();
  const late = systemClock.after(limits.canaryMs, () => asked.resolve());
  let pty: Pty | null = null;
  try {
    const size = { cols: 80, rows: 24 };
    pty = await startNative(
      { argv: canaryCommand(), cwd: "/", env: variables, size },
      {
        data: (bytes) => {
          seen += new TextDecoder().decode(bytes);
          if (seen.includes(canaryQuestion)) asked.resolve();
        },
        stopped: () => undefined,
        exit: () => asked.resolve(),
      },
    );
    await asked.promise;
    if (seen.includes(canaryQuestion)) return { trouble: null, kernel: await waited(pty) };
    const trouble = `a test program did not come to its question; it wrote ${JSON.stringify(seen)}`;
    return { trouble, kernel: null };
  } catch (error) {
    return { trouble: reasonOf(error), kernel: null };
  } finally {
    late.cancel();
    pty?.close();
  }
}

/** It has asked, and is about to read. */
async function waited(pty: Pty): Promise<KernelEvidence | null> {
  const look = kernelLook(pty);
  for (let left = looksMax; left > 0; left -= 1) {
    const found = look();
    if (found === null || found.waits.length > 0) return found;
    await new Promise<void>((resolve) => systemClock.after(lookEveryMs, resolve));
  }
  return look();
}

const looksMax = 50;
const lookEveryMs = 10;

export type ProcSettings = { platform: NodeJS.Platform; ptraceScope: string; hidepid: string };

function readProcSettings(): ProcSettings {
  return {
    platform: process.platform,
    ptraceScope: textOf("/proc/sys/kernel/yama/ptrace_scope").trim(),
    hidepid: / \/proc .*\bhidepid=(\w+)/.exec(textOf("/proc/self/mountinfo"))?.[1] ?? "",
  };
}

function textOf(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}

/** `evidence`: as found while a tool waited for a line. */
export function kernelFinding(
  evidence: KernelEvidence | null,
  { platform, ptraceScope, hidepid }: ProcSettings,
): Finding {
  const name = "kernel evidence";
  const instead = "prompts are judged by the terminal's mode and silence";
  if (platform !== "linux") {
    return say.ok(name, `this system does not tell who waits for input; ${instead}`);
  }
  if (evidence !== null && evidence.waits.length > 0) {
    return say.ok(name, "the kernel tells which program waits for input");
  }
  if (hidepid !== "" && hidepid !== "0" && hidepid !== "off") {
    const detail = `/proc is mounted with hidepid=${hidepid}, which hides who waits; ${instead}`;
    return say.warning({ name, detail }, "sudo mount -o remount,hidepid=0 /proc");
  }
  if (Number(ptraceScope) > 1) {
    const detail = `kernel.yama.ptrace_scope is ${ptraceScope}, which hides who waits; ${instead}`;
    return say.warning({ name, detail }, "sudo sysctl kernel.yama.ptrace_scope=1");
  }
  const detail = `the kernel does not tell who waits for input (a container without ptrace?); ${instead}`;
  return say.warning({ name, detail }, "docker run --cap-add SYS_PTRACE …");
}

type Screen = { isTTY?: boolean; columns?: number; rows?: number };

export function ownTerminal(
  variables: Readonly<Record<string, string | undefined>>,
  { isTTY, columns = 0, rows = 0 }: Screen,
): Finding {
  const name = "your terminal";
  if (isTTY !== true) return say.ok(name, "not attached to one");
  const { TERM = "", COLORTERM = "" } = variables;
  if (TERM === "dumb" || TERM === "") {
    const detail = `TERM is ${TERM === "" ? "not set" : TERM}: full-screen tools will not draw`;
    return say.warning({ name, detail }, "export TERM=xterm-256color");
  }
  const locale = localeOf(variables);
  if (!/utf-?8/i.test(locale)) {
    const detail = `${TERM}; the locale ${locale} is not UTF-8: tools may draw question marks`;
    return say.warning({ name, detail }, "export LC_ALL=C.UTF-8");
  }
  const size = `${columns}×${rows}`;
  if (columns > 0 && columns < 80) {
    const detail = `${size}: tools cut what they ask about, which is then yours to answer; 80×24 is the least`;
    return say.warning({ name, detail }, "resize -s 24 80");
  }
  return say.ok(name, `${TERM}, ${size}, ${coloursOf(TERM, COLORTERM)}, ${locale}`);
}

/** As locale(7) says: an empty variable is as none. */
function localeOf({ LC_ALL, LC_CTYPE, LANG }: Readonly<Record<string, string | undefined>>) {
  return [LC_ALL, LC_CTYPE, LANG].find((one) => one !== undefined && one !== "") ?? "C";
}

function coloursOf(term: string, colorterm: string): string {
  if (/truecolor|24bit/.test(colorterm)) return "all colours";
  return term.includes("256") ? "256 colours" : "few colours";
}
