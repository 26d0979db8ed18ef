/** How columns are read as what the wire says: whole milliseconds, and numbers that are no texts. */

/** Of a moment, milliseconds since 1970. */
export const epochMs = (column: string): string =>
  `floor(extract(epoch FROM ${column}) * 1000)::float8`;

/** `at` of a table `s` as milliseconds since 1970, under its own name. */
export const millis = (column: string): string =>
  `${epochMs(column)} AS ${column.split(".").at(-1)}`;

/** bigint comes as text otherwise. Exact up to 2^53. */
export const number = (column: string): string =>
  `${column}::float8 AS ${column.split(".").at(-1)}`;

export const columnsOf = (...groups: readonly (readonly string[])[]): string =>
  groups.flat().join(", ");

/** Text that LIKE takes as it stands (manual §9.7.1). */
const literally = (text: string): string => text.replaceAll(/[\\%_]/g, "\\$&");

/** Anywhere in a text. */
export const containing = (text: string): string => `%${literally(text)}%`;

export const beginningWith = (text: string): string => `${literally(text)}%`;
