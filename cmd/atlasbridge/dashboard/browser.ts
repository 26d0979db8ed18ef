/** Opens a link in the person's browser. */
import type { Environment } from "../../../runtime/config.ts";

/** False where there is none, or no desktop to show it on. */
export function openInBrowser(
  { platform, variables }: Pick<Environment, "platform" | "variables">,
  link: string,
): boolean {
  const path = variables["PATH"] ?? "";
  const hasDesktop = ["DISPLAY", "WAYLAND_DISPLAY"].some((name) => (variables[name] ?? "") !== "");
  const name = platform === "darwin" ? "open" : "xdg-open";
  const program = platform === "darwin" || hasDesktop ? Bun.which(name, { PATH: path }) : null;
  if (program === null) return false;
  try {
    const opened = Bun.spawn([program, link], {
      env: variables,
      stdin: "ignore",
      stdout: "ignore",
      stderr: "ignore",
    });
    opened.unref();
    return true;
  } catch {
    // It was removed in this moment: the link was printed.
    return false;
  }
}
