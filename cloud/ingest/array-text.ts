/** Lists as PostgreSQL's text form of arrays (manual §8.15.2): one parameter for a whole column of rows. */

/** Of any text. */
export function arrayText(values: readonly (string | null)[]): string {
  const items = values.map((value) =>
    value === null ? "NULL" : `"${value.replaceAll(/["\\]/g, "\\$&")}"`,
  );
  return `{${items.join(",")}}`;
}

/** Of numbers, ids and words that hold nothing but letters, digits, dots, dashes and lines below. */
export function plainArray(values: readonly (string | number | null)[]): string {
  return `{${values.map((value) => value ?? "NULL").join(",")}}`;
}

/** Of bytes, in hex. */
export function bytesArray(values: readonly (string | null | undefined)[]): string {
  const items = values.map((value) =>
    value === null || value === undefined ? "NULL" : `\\\\x${value}`,
  );
  return `{${items.join(",")}}`;
}

/** Of canonical JSON, which has no control character: what is escaped in it is what JSON itself would escape. */
export function jsonArray(values: readonly (string | null)[]): string {
  const items = values.map((value) => (value === null ? "NULL" : JSON.stringify(value)));
  return `{${items.join(",")}}`;
}
