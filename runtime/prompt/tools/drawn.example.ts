/** Draws the dialogs of known tools around any command at any width, wrapping as the tools wrap. For tests. */

/** Words to a width; a word that is longer is broken, as Ink and its like do. */
function wrapped(text: string, width: number): string[] {
  const rows: string[] = [];
  for (const line of text.split("\n")) {
    let row = "";
    for (const word of line.split(" ")) {
      const joined = row === "" && rows.length >= 0 ? row + word : `${row} ${word}`;
      if (joined.length <= width) {
        row = joined;
        continue;
      }
      if (row.trim() !== "") rows.push(row);
      let rest = word;
      while (rest.length > width) {
        rows.push(rest.slice(0, width));
        rest = rest.slice(width);
      }
      row = rest;
    }
    rows.push(row);
  }
  return rows;
}

type Draw = (command: string, cols: number) => string;

const claude: Draw = (command, cols) => {
  const lines = wrapped(command, cols - 5);
  const gutter = lines.length > 1 ? " │ " : " ";
  const dashes = "╌".repeat(cols);
  return [
    "─".repeat(cols),
    " Bash command",
    " Does what was asked",
    dashes,
    ...lines.map((line) => gutter + line),
    dashes,
    " Do you want to proceed?",
    " ❯ 1. Yes",
    "   2. Yes, and switch to auto mode",
    "   3. No",
    "",
    " Esc to cancel · Tab to amend",
  ].join("\n");
};

const codex: Draw = (command, cols) => {
  const [first = "", ...rest] = wrapped(command, cols - 6);
  return [
    "",
    "  Would you like to run the following command?",
    "",
    "  Environment: local",
    "",
    `  $ ${first}`,
    ...rest.map((line) => `  ${line}`),
    "",
    "",
    "› 1. Yes, proceed (y)",
    "  2. No, and tell Codex what to do differently (esc)",
    "",
    "  Press enter to confirm or esc to cancel",
  ].join("\n");
};

const gemini: Draw = (command, cols) => {
  const framed = (row: string): string => `│ ${row.padEnd(cols - 4)} │`;
  const boxed = wrapped(command, cols - 8).map((line) => `│ ${line.padEnd(cols - 8)} │`);
  const line = (width: number, [left, right]: [string, string]): string =>
    left + "─".repeat(width - 2) + right;
  const first = command.split("\n")[0]?.slice(0, cols - 20) ?? "";
  return [
    line(cols, ["╭", "╮"]),
    framed(`? Shell  ${first}`),
    framed(line(cols - 4, ["╭", "╮"])),
    ...boxed.map(framed),
    framed(line(cols - 4, ["╰", "╯"])),
    framed("Allow execution of [Shell]?"),
    framed(""),
    framed("● 1. Allow once"),
    framed("  2. Allow for this session"),
    framed("  3. No, suggest changes (esc)"),
    line(cols, ["╰", "╯"]),
  ].join("\n");
};

export const drawings: Readonly<Record<string, Draw>> = { claude, codex, gemini };
