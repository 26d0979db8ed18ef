/** A list as PostgreSQL's text form of an array (manual §8.15.2): one parameter for a whole column of rows. */

export function arrayText(values: readonly (string | null)[]): string {
  const items = values.map((value) =>
    value === null ? "NULL" : `"${value.replaceAll(/["\\]/g, "\\$&")}"`,
  );
  return `{${items.join(",")}}`;
}
