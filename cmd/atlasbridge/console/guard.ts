/** Gives the terminal back when the console cannot do so itself: killed, or crashed beneath us. */
import { spawn, spawnSync } from "node:child_process";

/** Off the other screen, with a cursor, lines that wrap, plain letters, and no mark around what is pasted. */
const asItWas = String.raw`\033[?1049l\033[?2004l\033[?2026l\033[?7h\033[0m\033[?25h`;

/**
 * Reads until nobody writes any more, which is when the console has ended in whatever way. By then the shell may have
 * taken the terminal back: what sets it from the background must not be stopped for that.
 */
const script = `trap '' INT TERM HUP QUIT TSTP TTOU TTIN
read -r said
[ "$said" = clean ] && exit 0
printf '${asItWas}'
stty "$0" <&1`;

/** `release`: it was given back already. Where there is no `sh`, nobody guards it. */
export function guardTerminal(): { release(): void } {
  const { stdout, status } = spawnSync("stty", ["-g"], { stdio: ["inherit", "pipe", "ignore"] });
  const settings = status === 0 ? stdout.toString().trim() : "sane";
  const guard = spawn("sh", ["-c", script, settings], {
    cwd: "/",
    stdio: ["pipe", "inherit", "ignore"],
  });
  // There is no `sh`, or it was ended: then there is nothing to release.
  guard.on("error", () => undefined);
  guard.stdin?.on("error", () => undefined);
  guard.unref();
  return {
    release() {
      guard.stdin?.end("clean\n");
    },
  };
}
