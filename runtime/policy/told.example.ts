/** Shell texts composed at random, with all that they would do known from the composing: nothing here reads a shell text. */
import fc from "fast-check";

/** What a word stands for; a variable or a substitution only the shell knows. */
export type ToldWord =
  | { readonly text: string }
  /** What follows the `~`. */
  | { readonly home: string }
  /** Names that begin so, whatever follows. */
  | { readonly begins: string }
  | "unknown";

export type ToldCommand = {
  readonly program: string;
  readonly words: readonly ToldWord[];
  readonly assignments: readonly string[];
  readonly folder: string;
};

export type Told = {
  readonly text: string;
  readonly commands: readonly ToldCommand[];
  /** What redirections name. */
  readonly files: readonly { word: ToldWord; folder: string; writes: boolean }[];
  /** What is set in the shell itself. */
  readonly variables: readonly string[];
};

type Word = { readonly written: string; readonly told: ToldWord } | { readonly inner: Node };
type Opened = { readonly sign: "" | ">" | ">>" | "2>" | "<"; readonly word: Word };
type Simple = {
  readonly assigns: readonly string[];
  readonly program: Word;
  readonly words: readonly Word[];
  readonly opened: Opened;
};
type Node =
  | { readonly is: "simple"; readonly simple: Simple }
  | { readonly is: "wrapped"; readonly by: Wrapper; readonly simple: Simple }
  | { readonly is: "shell"; readonly node: Node }
  | { readonly is: "joined"; readonly by: string; readonly nodes: readonly [Node, Node] }
  | { readonly is: "group"; readonly node: Node }
  | { readonly is: "elsewhere"; readonly folder: string; readonly node: Node }
  | { readonly is: "set"; readonly name: string };

/** A program that runs another: what stands between the two, what it sets for it, and whether it adds to its words. */
type Wrapper = {
  readonly name: string;
  readonly words: readonly string[];
  readonly sets: readonly string[];
  readonly adds: readonly ToldWord[];
};

const wrappers: readonly Wrapper[] = [
  { name: "sudo", words: ["-u", "root"], sets: [], adds: [] },
  { name: "doas", words: [], sets: [], adds: [] },
  { name: "env", words: ["A=1"], sets: ["A"], adds: [] },
  { name: "nohup", words: [], sets: [], adds: [] },
  { name: "timeout", words: ["-k", "5", "9"], sets: [], adds: [] },
  { name: "xargs", words: ["-n", "1"], sets: [], adds: ["unknown"] },
];

const texts = [
  ...["a.txt", "src/b.ts", "src/../c", "../x", "/etc/hosts", "out/passwd", "sub/d.ts", ".", "run"],
  ...["-rf", "-r", "--force", "--forc", "--out=src/e", "-o../y", "k=/etc/f", "@a.txt", "Src/B.TS"],
  ...["dark/g", "/dev/null", "two words", "far/h", "-", "--", "x", "", "/home/ada/src/a.txt"],
];

/** The same text as shells write it. */
const spellings: readonly ((text: string) => string)[] = [
  (text) => (/^[\w@%+,./-]+$/.test(text) ? text : `'${text}'`),
  (text) => `'${text}'`,
  (text) => `"${text}"`,
  (text) => (text === "" ? "''" : text.replace(/[^]/g, "\\$&")),
  (text) => `${text.slice(0, 1) === "" ? "''" : `'${text.slice(0, 1)}'`}"${text.slice(1)}"`,
];

const spelled = (...given: string[]): fc.Arbitrary<Word> =>
  fc.tuple(fc.constantFrom(...given), fc.constantFrom(...spellings)).map(([text, spell]) => {
    return { written: spell(text), told: { text } };
  });

const programs = spelled("cat", "rm", "tool", "RM", "/bin/cat", "/opt/rm", "./rm", "src/tool");

const { node: anyNode } = fc.letrec<{ node: Node; word: Word; simple: Simple }>((tie) => ({
  word: fc.oneof(
    { maxDepth: 3 },
    { weight: 9, arbitrary: spelled(...texts) },
    fc.constantFrom<Word>(
      { written: "~/notes", told: { home: "/notes" } },
      { written: "~", told: { home: "" } },
      { written: "*.ts", told: { begins: "" } },
      { written: "src/*", told: { begins: "src/" } },
      { written: "../*", told: { begins: "../" } },
      { written: "/etc/h*", told: { begins: "/etc/h" } },
      { written: "$X", told: "unknown" },
      { written: '"$X"', told: "unknown" },
    ),
    tie("node").map((inner) => ({ inner })),
  ),
  simple: fc.record({
    assigns: fc.constantFrom([], [], [], [], ["CI"], ["FOO"], ["LC_ALL", "B"]),
    program: programs,
    words: fc.array(tie("word"), { maxLength: 3 }),
    opened: fc.record({
      sign: fc.constantFrom("", "", "", "", ">", ">>", "2>", "<"),
      word: tie("word"),
    }),
  }),
  node: fc.oneof(
    { maxDepth: 4 },
    { weight: 3, arbitrary: fc.record({ is: fc.constant("simple"), simple: tie("simple") }) },
    fc.record({
      is: fc.constant("wrapped"),
      by: fc.constantFrom(...wrappers),
      simple: tie("simple"),
    }),
    fc.record({ is: fc.constant("shell"), node: tie("node") }),
    fc.record({
      is: fc.constant("joined"),
      by: fc.constantFrom(" && ", " || ", " | ", "; ", "\n", " & "),
      nodes: fc.tuple(tie("node"), tie("node")),
    }),
    fc.record({ is: fc.constant("group"), node: tie("node") }),
    fc.record({
      is: fc.constant("elsewhere"),
      folder: fc.constantFrom("src", "out", "..", "/etc", "/home/ada/src/sub"),
      node: tie("node"),
    }),
    fc.record({ is: fc.constant("set"), name: fc.constantFrom("x", "FOO", "CI") }),
  ),
})) as { node: fc.Arbitrary<Node> };

type Around = { readonly folder: string; readonly assignments: readonly string[] };

const nothing: Told = { text: "", commands: [], files: [], variables: [] };

/** Everything that both do, with the text of the second argument. */
function both(all: readonly Told[], text: string): Told {
  return {
    text,
    commands: all.flatMap(({ commands }) => commands),
    files: all.flatMap(({ files }) => files),
    variables: all.flatMap(({ variables }) => variables),
  };
}

function tell(node: Node, around: Around): Told {
  switch (node.is) {
    case "simple":
      return tellSimple(node.simple, around, null);
    case "wrapped":
      return tellSimple(node.simple, around, node.by);
    case "shell": {
      const inner = tell(node.node, around);
      const { folder, assignments } = around;
      const words = [{ text: "-c" }, { text: inner.text }];
      const sh: Told = { ...nothing, commands: [{ program: "sh", words, assignments, folder }] };
      return both([sh, inner], `sh -c '${inner.text.replaceAll("'", "'\\''")}'`);
    }
    case "joined": {
      const [a, b] = node.nodes.map((one) => tell(one, around));
      return both([a ?? nothing, b ?? nothing], `${a?.text}${node.by}${b?.text}`);
    }
    case "group": {
      const inner = tell(node.node, around);
      return { ...inner, text: `( ${inner.text} )` };
    }
    case "elsewhere":
      return tellElsewhere(node.folder, node.node, around);
    case "set":
      return { ...nothing, text: `${node.name}=1`, variables: [node.name] };
  }
}

function tellElsewhere(to: string, node: Node, around: Around): Told {
  const { folder, assignments } = around;
  const inner = tell(node, { ...around, folder: shortened(`${folder}/`, to) });
  const cd: ToldCommand = { program: "cd", words: [{ text: to }], assignments, folder };
  return both([{ ...nothing, commands: [cd] }, inner], `( cd ${to} && ( ${inner.text} ) )`);
}

/** As `cd` counts them: by the letters alone. */
function shortened(from: string, to: string): string {
  const parts: string[] = [];
  for (const part of (to.startsWith("/") ? to : from + to).split("/")) {
    if (part === "..") parts.pop();
    else if (part !== "") parts.push(part);
  }
  return `/${parts.join("/")}`;
}

function tellSimple(
  { assigns, program: named, words, opened }: Simple,
  around: Around,
  by: Wrapper | null,
): Told {
  const first = tellWord(named, around);
  const rest = words.map((word) => tellWord(word, around));
  const commands = tellCommands(
    { program: textOf(first.told), words: rest.map(({ told }) => told) },
    { ...around, assignments: [...around.assignments, ...assigns] },
    by,
  );
  const file = tellOpened(opened, around);
  const written = [
    ...assigns.map((set) => `${set}=1`),
    ...(by === null ? [] : [by.name, ...by.words]),
    ...[first, ...rest].map((word) => word.written),
  ];
  const own: Told = { ...nothing, commands };
  const within = [first, ...rest].map((word) => word.within);
  return both([own, ...within, file], `${written.join(" ")}${file.text}`);
}

/** The wrapper, which is a command as well, and what it runs. */
function tellCommands(
  given: Pick<ToldCommand, "program" | "words">,
  around: Around,
  by: Wrapper | null,
): ToldCommand[] {
  if (by === null) return [{ ...given, ...around }];
  const before = by.words.map((text) => ({ text }));
  const words = [...before, { text: given.program }, ...given.words];
  const assignments = [...around.assignments, ...by.sets];
  const inner = { ...given, words: [...given.words, ...by.adds], ...around, assignments };
  return [{ program: by.name, words, ...around }, inner];
}

const textOf = (word: ToldWord): string => (word !== "unknown" && "text" in word ? word.text : "");

function tellOpened({ sign, word }: Opened, around: Around): Told {
  if (sign === "") return nothing;
  const { written, told, within } = tellWord(word, around);
  const file = { word: told, folder: around.folder, writes: sign !== "<" };
  return both([{ ...nothing, files: [file] }, within], ` ${sign} ${written}`);
}

/** A substitution runs what stands in it, whatever the word comes to. Assignments before the command are not its own. */
function tellWord(word: Word, around: Around): { written: string; told: ToldWord; within: Told } {
  if ("written" in word) return { ...word, within: nothing };
  const within = tell(word.inner, around);
  return { written: `"$( ${within.text}\n)"`, told: "unknown", within };
}

/** In this folder. */
export const toldIn = (folder: string): fc.Arbitrary<Told> =>
  anyNode.map((node) => tell(node, { folder, assignments: [] }));
