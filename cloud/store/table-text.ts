/** Rows as a file for spreadsheets (RFC 4180) or programs (a JSON value a line). */

export type Cell = string | number | boolean | null;
type Row = Readonly<Record<string, Cell>>;

export function csvOf(columns: readonly string[], rows: readonly Row[]): string {
  const lines = rows.map((row) => columns.map((name) => cellOf(row[name] ?? null)).join(","));
  return [columns.join(","), ...lines].map((line) => `${line}\r\n`).join("");
}

export const jsonLinesOf = (rows: readonly unknown[]): string =>
  rows.map((row) => `${JSON.stringify(row)}\n`).join("");

/** Text that a spreadsheet would take for a formula stands behind an apostrophe: it may be anybody's. */
function cellOf(value: Cell): string {
  if (value === null) return "";
  if (typeof value !== "string") return String(value);
  const text = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
