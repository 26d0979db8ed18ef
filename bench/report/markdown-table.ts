/** A table as the formatter of this repository would lay it out, so that what is made and what is formatted are one. Pure. */

/** The first row is the head. All rows are of one length. */
export function markdownTable(rows: readonly (readonly string[])[]): string[] {
  const [head = [], ...rest] = rows;
  const widths = head.map((_, at) => Math.max(3, ...rows.map((row) => row[at]?.length ?? 0)));
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell, at) => cell.padEnd(widths[at] ?? 0)).join(" | ")} |`;
  return [line(head), line(widths.map((width) => "-".repeat(width))), ...rest.map(line)];
}
