/** Text that PostgreSQL takes: well-formed Unicode without the character zero, and no longer than agreed. */

export function storable(text: string, charsMax: number): string {
  return text.slice(0, charsMax).toWellFormed().replaceAll("\0", "\u{FFFD}");
}
