/** What the shell's own commands may do to the meaning of those behind them: refused unless known to be harmless. */
import { literal, mayBeOption, refuse, type Word } from "./command.ts";

export type BuiltinCall = {
  readonly name: string;
  readonly operands: readonly Word[];
  /** Names in operands of the form `NAME=value`. */
  readonly declares: readonly string[];
};

/** They run text, change what names mean, or change how text is read, in one shell or another. */
const refused = new Set([
  ...["eval", ".", "source", "trap", "alias", "unalias", "enable", "shopt", "bind", "complete"],
  ...["compgen", "compopt", "fc", "history", "let", "print", "r"],
  ...["autoload", "bindkey", "disable", "emulate", "float", "functions", "integer", "nameref"],
  ...["sched", "setopt", "unsetopt", "vared", "zcompile", "zle", "zmodload", "zparseopts"],
  ...["zstyle", "zpty", "zsystem", "compdef", "unfunction", "unhash", "always"],
]);

/** They change which programs later commands run, what those do at their start, or how this text is read. */
const steering =
  /^(?:PATH|path|[cf]?path|C?DPATH|CDPATH|FPATH|IFS|HOME|PWD|OLDPWD|ENV|SHELL|BASH\w*|SHELLOPTS|POSIXLY_CORRECT|PS[0-4]|PROMPT\w*|(?:READ)?NULLCMD|ZDOTDIR|GLOBIGNORE|EXECIGNORE|FIGNORE|TIMEFMT|LD_\w*|DYLD_\w*|GIT_\w*|SSH_\w*|RSYNC_\w*|EDITOR|VISUAL|\w*PAGER|BROWSER|LESS\w*|NODE_\w*|npm_\w*|NPM_\w*|PYTHON\w*|PERL\w*|RUBY\w*|GEM_\w*|LUA_\w*|PHP\w*|JAVA_\w*|_JAVA\w*|MAVEN_\w*|GRADLE_\w*|GO(?:FLAGS|TOOLCHAIN)|CARGO\w*|RUSTC\w*|MAKE\w*|CC|CXX|CFLAGS|TAR_OPTIONS|GREP_OPTIONS|AWK\w*|DOCKER_\w*|KUBECONFIG|OPTIND|RANDOM|SECONDS|LINENO|_)$/;

/** Throws where setting this name could change what the rest of the text means. */
export function checkVariable(name: string): void {
  if (steering.test(name)) refuse("a variable that steers which programs run");
}

function variableName(word: Word | undefined): string {
  const name = literal(word);
  if (name === null || !/^[A-Za-z_]\w*$/.test(name)) {
    refuse("a variable whose name may be evaluated");
  }
  return name;
}

type Check = (call: BuiltinCall) => readonly string[];

/** `export NAME`, `export NAME=value`: no attributes that evaluate what is assigned. */
function checkDeclaration({ operands, declares }: BuiltinCall): readonly string[] {
  const names: string[] = [...declares];
  let assigned = 0;
  for (const operand of operands) {
    const text = literal(operand);
    if (text === null || text.includes("=")) assigned += 1;
    else if (!/^-[xrglupaA]+$/.test(text) && text !== "--") names.push(variableName(operand));
  }
  if (assigned > declares.length) refuse("a variable whose name may be evaluated");
  return names;
}

const isName = (text: string): boolean => /^[A-Za-z_]\w*$/.test(text);

/** Options of `read` and `mapfile` with a value, and without one. */
function checkRead({ name, operands }: BuiltinCall): readonly string[] {
  const valued = name === "read" ? "ptnNdui" : "dnOsu";
  const names: string[] = [];
  for (let index = 0; index < operands.length; index += 1) {
    const text = literal(operands[index]);
    if (text === null) refuse("a variable whose name may be evaluated");
    const option = /^-([a-zA-Z])+$/.exec(text)?.[1];
    if (option === undefined) {
      if (text.startsWith("-") || !isName(text)) refuse("a variable whose name may be evaluated");
      names.push(text);
    } else if (valued.includes(option)) index += 1;
    else if (!"rsat".includes(option)) refuse("an option that may run a command");
    if (/^-.*[cCe]/.test(text)) refuse("an option that may run a command");
  }
  return names;
}

function checkTest({ operands }: BuiltinCall): readonly string[] {
  const texts = operands.map(literal);
  const evaluates = texts.some(
    (text) => text !== null && (/^-[vR]$/.test(text) || /[$`]/.test(text)),
  );
  const compares = texts.some((text) => text !== null && /^-(?:eq|ne|lt|le|gt|ge)$/.test(text));
  if (evaluates || (compares && texts.includes(null))) {
    refuse("a test that shells read differently, or that may evaluate its words");
  }
  return [];
}

function checkPrintf({ operands }: BuiltinCall): readonly string[] {
  const [first] = operands;
  if (first === undefined || !mayBeOption(first)) return [];
  if (literal(first) !== "-v") {
    if (literal(first) === "--") return [];
    refuse("a variable whose name may be evaluated");
  }
  return [variableName(operands[1])];
}

const options = new Set([
  ...["errexit", "nounset", "xtrace", "pipefail", "noglob", "noclobber", "errtrace", "verbose"],
]);

function checkSet({ operands }: BuiltinCall): readonly string[] {
  for (let index = 0; index < operands.length; index += 1) {
    const text = literal(operands[index]);
    if (text === "--" || text === "-") return [];
    if (text === null || !/^[-+][euxfvCEo]+$/.test(text)) refuse("an option of the shell");
    if (!text.includes("o")) continue;
    index += 1;
    if (!options.has(literal(operands[index]) ?? "")) refuse("an option of the shell");
  }
  return [];
}

/** Only without options that take a command or a name. */
function checkWithout(letters: RegExp): Check {
  return ({ operands }) => {
    for (const operand of operands) {
      const text = literal(operand);
      if (mayBeOption(operand) && (text === null || letters.test(text))) {
        refuse("an option that may run a command");
      }
    }
    return [];
  };
}

const checks = new Map<string, Check>([
  ...["export", "declare", "typeset", "local", "readonly"].map(
    (name) => [name, checkDeclaration] as const,
  ),
  ["unset", ({ operands }) => operands.filter((one) => literal(one) !== "-v").map(variableName)],
  ...["read", "mapfile", "readarray"].map((name) => [name, checkRead] as const),
  ["getopts", ({ operands }) => [variableName(operands[1])]],
  ...["test", "["].map((name) => [name, checkTest] as const),
  ["printf", checkPrintf],
  ["set", checkSet],
  ["wait", checkWithout(/p/)],
  ["jobs", checkWithout(/x/)],
  ["hash", checkWithout(/[^-r]/)],
]);

/** Names that the builtin sets in the shell. Throws where it may change the meaning of the rest. */
export function checkBuiltin(call: BuiltinCall): readonly string[] {
  if (refused.has(call.name)) refuse("a builtin that changes what other commands mean");
  if (call.name === "hash" && call.operands.some((one) => !mayBeOption(one))) {
    refuse("a builtin that changes what other commands mean");
  }
  return checks.get(call.name)?.(call) ?? [];
}
