/** Lends the terminal to `attach`, in a process of its own: what it sets and reads there ends with it. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { exitCodes } from "../../../contracts/errors.ts";
import type { SessionId } from "../../../contracts/ids.ts";
import { programOfItself } from "../../../runtime/itself.ts";
import type { Cli } from "../cli.ts";
import { daemonEnvironment } from "../daemon/start.ts";

/** Resolves with its exit code and the last line that it said. */
export async function attached(cli: Cli, id: SessionId): Promise<{ code: number; told: string }> {
  const [program, ...args] = programOfItself();
  const child = spawn(program, [...args, "attach", id], {
    stdio: ["inherit", "inherit", "pipe"],
    env: daemonEnvironment(cli),
  });
  // Who ends the console ends what has its terminal.
  const passed = (["SIGTERM", "SIGHUP"] as const).map((name) => {
    const pass = (): boolean => child.kill(name);
    process.on(name, pass);
    return () => process.off(name, pass);
  });
  let told = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => (told += text));
  const [code]: unknown[] = await once(child, "close");
  for (const end of passed) end();
  const last = told.trim().split("\n").at(-1) ?? "";
  return { code: Number(code ?? exitCodes.failed), told: last.replace(/^atlasbridge: /, "") };
}
