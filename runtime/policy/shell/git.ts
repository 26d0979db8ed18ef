/** Which calls of git run a program that its arguments name. */
import { isLong } from "./codes.ts";
import { literal, mayBeOption, type Word } from "./command.ts";

const valued = new Set(["-C", "-c", "--namespace"]);
const plainGlobals = new Set([
  ...["-p", "--paginate", "-P", "--no-pager", "--bare", "--no-replace-objects"],
  ...["--literal-pathspecs", "--no-optional-locks", "--version", "--help", "-v", "-h"],
]);

/** Settings whose value is never run. */
const plainSetting =
  /^(?:user\.(?:name|email)|color\.\w+|core\.(?:quotepath|autocrlf|filemode|ignorecase)|advice\.\w+|init\.defaultbranch|commit\.gpgsign|tag\.gpgsign|log\.\w+|diff\.(?:renames|algorithm)|pull\.rebase|push\.default|rebase\.autostash|fetch\.prune|gc\.auto|http\.(?:version|postbuffer))(?:=|$)/i;

const runningOptions = [
  ...["exec", "upload-pack", "receive-pack", "open-files-in-pager", "extcmd", "config"],
  ...["config-env", "template", "tool", "server-option", "strategy", "gpg-sign", "trailer"],
].filter((one) => !["server-option", "gpg-sign", "trailer", "strategy"].includes(one));

const runningLetters = new Map<string, RegExp>([
  ["rebase", /^-[a-zA-Z]*x/],
  ["clone", /^-[a-zA-Z]*[uc]/],
  ["grep", /^-[a-zA-Z]*O/],
  ["difftool", /^-/],
  ["archive", /^--(?:remote|exec)/],
]);

const runningSubcommands = new Set([
  ...["filter-branch", "difftool", "mergetool", "send-email", "daemon", "shell", "web--browse"],
  ...[
    "instaweb",
    "citool",
    "gui",
    "hook",
    "for-each-repo",
    "imap-send",
    "fast-import",
    "p4",
    "svn",
  ],
  ...["credential", "upload-pack", "receive-pack", "remote-ext", "remote-fd", "sh-setup"],
]);

/** In these, an argument that only the shell knows may be an option that runs a program. */
const openToOptions = new Set([
  ...["clone", "fetch", "pull", "push", "ls-remote", "archive", "grep", "rebase", "config"],
  ...["submodule", "bisect", "init"],
]);

export function runsGitCode(name: string, operands: readonly Word[]): boolean {
  if (name !== "git") return false;
  const at = subcommandAt(operands);
  if (at === null) return true;
  const subcommand = literal(operands[at]);
  if (subcommand === null) return operands.length > at;
  const rest = operands.slice(at + 1);
  if (runningSubcommands.has(subcommand)) return true;
  const texts = rest.map(literal);
  if (subcommand === "config") return setsConfig(texts);
  if (subcommand === "bisect" && texts[0] !== "start" && texts.includes("run")) return true;
  if (subcommand === "submodule" && texts.includes("foreach")) return true;
  const letters = runningLetters.get(subcommand);
  return rest.some((word) => {
    const text = literal(word);
    if (text === null) return openToOptions.has(subcommand) && mayBeOption(word);
    if (/^(?:ext|fd)::/.test(text) || letters?.test(text) === true) return true;
    return text.startsWith("--") && isLong(text, runningOptions);
  });
}

/** Where the subcommand stands, or the end; null when an option before it may run something. */
function subcommandAt(operands: readonly Word[]): number | null {
  let at = 0;
  while (at < operands.length) {
    const text = literal(operands[at]);
    if (text === null) return null;
    if (!text.startsWith("-")) break;
    if (valued.has(text)) {
      const value = literal(operands[at + 1]);
      if (value === null || (text === "-c" && !plainSetting.test(value))) return null;
      at += 1;
    } else if (!plainGlobals.has(text)) return null;
    at += 1;
  }
  return at;
}

/** Reading a setting, or setting one whose value is never run. */
function setsConfig(texts: readonly (string | null)[]): boolean {
  if (texts.includes(null)) return true;
  const known = texts.filter((text) => text !== null);
  const plain =
    /^(?:--global|--local|--system|--worktree|--get|--get-all|--list|-l|--show-origin|list|get|set)$/;
  const others = known.filter((text) => !plain.test(text));
  if (others.some((text) => text.startsWith("-"))) return true;
  const isQuery = known.some((text) => /^(?:--get|--get-all|--list|-l|list|get)$/.test(text));
  return !isQuery && others.length > 1 && !plainSetting.test(others[0] ?? "");
}
