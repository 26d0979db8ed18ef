/** How times are read from the database: as milliseconds, under the column's own name. */

export function millis(column: string): string {
  return `(extract(epoch FROM ${column}) * 1000)::float8 AS ${column}`;
}
