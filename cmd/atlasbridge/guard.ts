/** Gives the terminal back when who has taken it cannot do so itself: killed, or crashed beneath us. */
import { spawn, spawnSync } from "node:child_process";

export type Guard = {
  /** What is to be written to the terminal by now, in place of what was told before. */
  leaving(text: string): void;
  /** It was given back already. */
  release(): void;
};

/**
 * Reads until nobody writes any more, which is when we have ended in whatever way. In a session of its own: what ends
 * our whole job must not end it, nor must it be stopped where the shell has taken the terminal back by then.
 */
const script = `trap '' INT TERM HUP QUIT
last=$1
while IFS= read -r said; do last=$said; done
printf '%b' "$last"
stty "$0" <&1 2>/dev/null`;

/** Before the terminal is changed. Where there is no `sh`, nobody guards it. */
export function guardTerminal(leaving: string): Guard {
  const { stdout, status } = spawnSync("stty", ["-g"], { stdio: ["inherit", "pipe", "ignore"] });
  const settings = status === 0 ? stdout.toString().trim() : "sane";
  const guard = spawn("sh", ["-c", script, settings, asOneLine(leaving)], {
    cwd: "/",
    detached: true,
    // Who waits for the end of our errors waits for it as well.
    stdio: ["pipe", "inherit", "inherit"],
  });
  // There is no `sh`, or it was ended: then there is nothing to release.
  guard.on("error", () => undefined);
  guard.stdin?.on("error", () => undefined);
  guard.unref();
  const release = (): void => {
    process.off("exit", release);
    // At once, also in the last moment of this process.
    guard.kill("SIGKILL");
    guard.stdin?.destroy();
  };
  // Who ends orderly gives the terminal back as well.
  process.on("exit", release);
  return {
    leaving: (text) => void guard.stdin?.write(`${asOneLine(text)}\n`),
    release,
  };
}

/** As printf(1) reads it with `%b`. */
function asOneLine(text: string): string {
  return text.replaceAll(/[\p{Cc}\\]/gu, (one) => {
    return `\\0${one.charCodeAt(0).toString(8).padStart(3, "0")}`;
  });
}
