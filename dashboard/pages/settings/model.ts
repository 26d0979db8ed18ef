/** How a setting is shown and changed: as a switch or as text, in the spelling of its file. */
/** As the page has it: what JSON leaves out is absent. */
type Setting = { default?: unknown; from: "default" | "file" | "variable" };

export function isSwitch({ default: given }: Pick<Setting, "default">): boolean {
  return typeof given === "boolean";
}

/** Text as it is; anything else as JSON, which YAML reads too. */
export function sayValue(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

/** What its default is, where it has been changed. */
export function boundTo({ from, default: given }: Setting): string | null {
  return from === "default" ? null : `default ${sayValue(given)}`;
}
