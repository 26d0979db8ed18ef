/** Desktop notifications by the system's own program: outgoing only, nothing comes back from them. */
import type { Environment } from "../../../runtime/config.ts";
import type { NotifyMessage } from "../../../contracts/notify.ts";
import { wordsOf } from "../../../runtime/operator/notify/words.ts";

/** The program that shows them here; null where there is none, or no desktop. */
export function notifierOf({ platform, variables }: Pick<Environment, "platform" | "variables">) {
  const path = variables["PATH"] ?? "";
  if (platform === "darwin") return Bun.which("osascript", { PATH: path });
  const hasDesktop = ["DISPLAY", "WAYLAND_DISPLAY"].some((name) => (variables[name] ?? "") !== "");
  return hasDesktop ? Bun.which("notify-send", { PATH: path }) : null;
}

/** Never waits and never fails: where it cannot be shown the bell has rung, and `doctor` tells of it. */
export function desktopOf(environment: Environment): (message: NotifyMessage) => void {
  const program = notifierOf(environment);
  if (program === null) return () => undefined;
  const words = environment.platform === "darwin" ? appleWords : freedesktopWords;
  return (message) => {
    const call = { ...wordsOf(message), urgent: message.urgency !== "first" };
    try {
      const shown = Bun.spawn([program, ...words(call)], {
        env: environment.variables,
        stdin: "ignore",
        stdout: "ignore",
        stderr: "ignore",
        timeout: patienceMs,
      });
      shown.unref();
    } catch {
      // It was removed since, or there is no process to be had: nobody can be told that here.
    }
  };
}

const patienceMs = 5_000;

type Call = { title: string; body: string; urgent: boolean };

function freedesktopWords({ title, body, urgent }: Call): string[] {
  const urgency = urgent ? "critical" : "normal";
  return ["--app-name=AtlasBridge", `--urgency=${urgency}`, "--", title, markedUp(body)];
}

/** The body of a freedesktop notification may hold markup; ours is text. */
function markedUp(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
}

/** As arguments, since a name within the script itself could end its string. */
function appleWords({ title, body, urgent }: Call): string[] {
  const sound = urgent ? ' sound name "Sosumi"' : "";
  const script = `on run argv
display notification (item 2 of argv) with title (item 1 of argv)${sound}
end run`;
  return ["-e", script, title, body];
}
