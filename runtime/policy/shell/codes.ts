/** Which calls of interpreters and of programs with commands inside run statements that are no command of the text. */
import { literal, mayBeOption, type Word } from "./command.ts";
import { runsAwkCode, runsSedCode } from "./streams.ts";

/** Options that neither run anything nor take a value; any other is taken as one that gives code. */
type Interpreter = { readonly plain: readonly string[]; readonly info: readonly string[] };

const words = (listed: string): readonly string[] => listed.split(" ").filter((one) => one !== "");

const info = words("--version -V -VV --help -h");

const interpreters = new Map<string, Interpreter>([
  ["python", { plain: words("-u -B -E -I -s -S -O -OO -v -q -b -bb"), info }],
  ["pypy", { plain: words("-u -B -E -I -s -S -O"), info }],
  [
    "node",
    {
      plain: words("--test --check -c --no-warnings --enable-source-maps --watch"),
      info: [...info, "-v"],
    },
  ],
  ["tsx", { plain: ["watch"], info: [...info, "-v"] }],
  ["ts-node", { plain: [], info: [...info, "-v"] }],
  ["perl", { plain: words("-w -T -c"), info: [...info, "-v"] }],
  ["ruby", { plain: words("-w -c"), info: [...info, "-v"] }],
  ["php", { plain: words("-l"), info: [...info, "-v", "-i", "-m"] }],
  ["lua", { plain: [], info: [...info, "-v"] }],
  ["luajit", { plain: [], info: [...info, "-v"] }],
  ["rscript", { plain: ["--vanilla"], info }],
  ...["fish", "csh", "tcsh", "nu", "elvish", "xonsh", "tclsh", "wish", "guile", "ghci"].map(
    (name): [string, Interpreter] => [name, { plain: [], info: [...info, "-v"] }],
  ),
]);

/** Modules of Python that do not run what they are given as an argument. */
const modules = new Set([
  ...["pytest", "unittest", "pip", "venv", "json.tool", "black", "ruff", "mypy", "flake8", "isort"],
  ...["build", "compileall", "py_compile", "pylint", "pyright", "twine", "http.server"],
]);

function interprets(
  name: string,
  operands: readonly Word[],
  { plain, info }: Interpreter,
): boolean {
  let informs = false;
  for (const [index, operand] of operands.entries()) {
    const text = literal(operand) ?? ("home" in operand ? "~" : null);
    if (text === null) return true;
    if (text === "-m" && name.startsWith("py")) {
      return !modules.has(literal(operands[index + 1]) ?? "");
    }
    if (info.includes(text)) informs = true;
    else if (text.startsWith("-")) {
      if (!plain.includes(text)) return true;
    } else if (!plain.includes(text)) return isInput(text);
  }
  // Nothing to run: the statements come on the input.
  return !informs;
}

/** Names of the own input and descriptors. */
export const isInput = (path: string): boolean =>
  /^\/dev\/(?:stdin|fd\b|tty)|^\/proc\/[^/]+\/fd\b/.test(path);

/** Options by which an otherwise plain program runs a command or code. */
type Carrier = {
  readonly names: readonly string[];
  /** Letters of short options. */
  readonly short?: string;
  /** Long options, which are also found by their beginning. */
  readonly long?: readonly string[];
  /** Any argument of this form. */
  readonly argument?: RegExp;
  /** Runs code however it is called. */
  readonly always?: true;
  readonly example: string;
  readonly counterExample: string;
};

export const carriers: readonly Carrier[] = [
  {
    ...{ names: ["tar", "gtar", "bsdtar"], short: "IF", argument: /^[A-Za-z]*[IF][A-Za-z]*$/ },
    long: words(
      "checkpoint-action to-command use-compress-program rsh-command info-script new-volume-script rmt-command",
    ),
    ...{ example: "tar xf a.tar --to-comm=sh", counterExample: "tar -xzf a.tar --strip=1" },
  },
  {
    ...{ names: ["rsync"], short: "e", long: words("rsh rsync-path") },
    ...{ example: "rsync -ave sh a b", counterExample: "rsync -av --delete a b" },
  },
  {
    ...{ names: ["scp", "sftp"], short: "SoFD" },
    ...{ example: "scp -S sh a b:", counterExample: "scp -r a b:" },
  },
  {
    ...{ names: ["zip"], short: "T", long: words("unzip-command test") },
    ...{ example: "zip a.zip b -T -TT sh", counterExample: "zip -r a.zip b" },
  },
  {
    ...{ names: ["sort", "gsort"], long: words("compress-program") },
    ...{ example: "sort --compress-prog=sh a", counterExample: "sort -u a" },
  },
  {
    ...{ names: ["split", "gsplit"], long: words("filter") },
    ...{ example: "split --filter=sh a", counterExample: "split -l 10 a" },
  },
  {
    ...{ names: ["sdiff", "diff3"], long: words("diff-program") },
    ...{ example: "sdiff --diff-program=sh a b", counterExample: "sdiff a b" },
  },
  {
    ...{ names: ["man"], short: "PHC", long: words("pager html config-file preprocessor") },
    ...{ example: "man -P sh ls", counterExample: "man 3 printf" },
  },
  {
    ...{ names: ["rg"], long: words("pre hostname-bin") },
    ...{ example: "rg --pre sh a", counterExample: "rg -n a src" },
  },
  {
    ...{ names: ["ag", "ack", "bat", "delta"], long: words("pager") },
    ...{ example: "ag --pager sh a", counterExample: "ag -i a" },
  },
  {
    names: ["vi", "vim", "nvim", "view", "gvim", "vimdiff", "less", "more", "most", "nano", "pico"],
    ...{ short: "cSsuwWkPoO", long: words("cmd startuptime remote-expr"), argument: /^\+/ },
    ...{ example: "vim +!sh a", counterExample: "vim a.txt" },
  },
  {
    ...{ names: ["emacs", "emacsclient"], argument: /^[-+]/ },
    ...{ example: "emacs --eval '(x)'", counterExample: "emacs a.txt" },
  },
  {
    names: ["ed", "ex", "sqlite3", "psql", "mysql", "mariadb", "ghc", "irb", "pry", "ftp", "lftp"],
    ...{ always: true, example: "ed a.txt", counterExample: "cat a.txt" },
  },
  {
    ...{ names: ["make", "gmake", "bmake"], long: words("eval"), argument: /[$]|!=|^\.?SHELL|^-$/ },
    ...{ example: "make 'A=$(shell x)'", counterExample: "make -j4 test" },
  },
  {
    ...{ names: ["cmake"], short: "PE" },
    ...{ example: "cmake -E env x", counterExample: "cmake --build a" },
  },
  {
    names: ["gcc", "g++", "cc", "c++", "clang", "clang++"],
    argument: /^-(?:wrapper|fplugin|specs|B|Xclang|fuse-ld|load)|^@/,
    ...{ example: "gcc -wrapper sh,-c a.c", counterExample: "gcc -O2 -o a a.c" },
  },
  {
    names: ["go"],
    argument: /^--?(?:exec|toolexec|vettool|overlay|ldflags|gcflags)(?:=|$)/,
    ...{ example: "go test -exec sh", counterExample: "go test ./..." },
  },
  {
    ...{ names: ["cargo", "hg"], long: words("config") },
    ...{ example: "cargo --config a=1 build", counterExample: "cargo build --release" },
  },
  {
    names: ["npm", "pnpm", "yarn"],
    long: words("script-shell node-options shell git"),
    ...{ example: "npm --script-shell=x test", counterExample: "npm test" },
  },
  {
    ...{ names: ["bun"], short: "epr", long: words("eval print preload require import") },
    ...{ argument: /^(?:exec|repl|-)$/, example: "bun -e 'x()'", counterExample: "bun test a.ts" },
  },
  {
    ...{ names: ["deno"], argument: /^(?:eval|repl|-)$/ },
    ...{ example: "deno eval 'x()'", counterExample: "deno fmt" },
  },
  {
    ...{ names: ["wget"], short: "e", long: words("execute use-askpass config") },
    ...{ example: "wget -e use_askpass=x a", counterExample: "wget -q a" },
  },
  {
    ...{ names: ["curl"], short: "K", long: words("config") },
    ...{ example: "curl -K a", counterExample: "curl -fsSL a" },
  },
  {
    names: ["apt", "apt-get", "aptitude", "dpkg"],
    ...{ short: "oc", long: words("option config-file pre-invoke post-invoke") },
    ...{ example: "apt-get -o A::B=sh update", counterExample: "apt-get update" },
  },
  {
    ...{ names: ["ssh-keygen", "ssh-add", "tcpdump"], short: "Dsz" },
    ...{ example: "ssh-keygen -D a.so", counterExample: "ssh-keygen -l -f a" },
  },
  {
    ...{ names: ["nmap"], long: words("script interactive datadir") },
    ...{ example: "nmap --script a b", counterExample: "nmap -p 22 a" },
  },
  {
    // Programs of their own language, which may look into the environment and into other files.
    names: ["jq", "yq", "gojq", "jaq"],
    ...{ short: "fLi", long: words("from-file library-path inplace split-exp") },
    argument: /\benv|\$__prog_args|\$ENV|\b(?:import|include|load\w*|system|input_filename)\b/,
    ...{ example: "jq -n env", counterExample: "jq -r .scripts.test package.json" },
  },
  {
    ...{ names: ["ip"], argument: /^(?:exec|-b\w*)$/ },
    ...{ example: "ip netns exec a sh", counterExample: "ip addr show" },
  },
];

const carriersByName = new Map(
  carriers.flatMap((carrier) => carrier.names.map((name) => [name, carrier] as const)),
);

function carries(operands: readonly Word[], carrier: Carrier): boolean {
  if (carrier.always === true) return true;
  return operands.some((operand) => {
    const text = literal(operand);
    if (text === null) return mayBeOption(operand);
    if (carrier.argument?.test(text) === true) return true;
    if (text.startsWith("--")) return isLong(text, carrier.long ?? []);
    return text.startsWith("-") && hasLetter(text, carrier.short ?? "");
  });
}

function hasLetter(text: string, letters: string): boolean {
  for (const letter of letters) if (text.includes(letter)) return true;
  return false;
}

/** GNU programs take the beginning of a long option for the option. */
export function isLong(text: string, options: readonly string[]): boolean {
  if (options.length === 0) return false;
  const end = text.indexOf("=", 2);
  const given = text.slice(2, end === -1 ? text.length : end);
  return given.length > 1 && options.some((option) => option.startsWith(given));
}

/** Whether statements are run that are not listed as commands. `name` in small letters. */
export function runsCode(name: string, operands: readonly Word[]): boolean {
  if (name.endsWith("awk") && /^(?:[gmn]|mawk-)?awk$/.test(name)) return runsAwkCode(operands);
  if (name === "sed" || name === "gsed") return runsSedCode(operands);
  const plainName = /[\d.]$/.test(name) ? name.replace(/(?<=^[a-z]+)-?\d[\d.]*$/, "") : name;
  const interpreter = interpreters.get(plainName);
  if (interpreter !== undefined) return interprets(plainName, operands, interpreter);
  const carrier = carriersByName.get(name) ?? carriersByName.get(plainName);
  return carrier !== undefined && carries(operands, carrier);
}
