/** Keyboard: one table of single keys for the page that is open, help about them, and walking through rows. */
import { createSignal, onCleanup } from "solid-js";
import { shortcuts } from "./preferences.ts";

export type Key = {
  key: string;
  /** For the help: what it does. */
  does: string;
  run(): void;
};

const [tables, setTables] = createSignal<readonly (readonly Key[])[]>([]);

/** All that can be pressed at the moment. */
export const keysNow = (): readonly Key[] => tables().flat();

/** For as long as the component lives. */
export function useKeys(keys: readonly Key[]): void {
  setTables((before) => [...before, keys]);
  onCleanup(() => setTables((before) => before.filter((one) => one !== keys)));
}

function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable || target.matches("input, textarea, select"))
  );
}

function pressed(event: KeyboardEvent): void {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (event.defaultPrevented || isTyping(event.target)) return;
  // Whatever lies above the page has the keys for itself.
  if (document.querySelector("[role=dialog], [role=menu], [role=listbox]") !== null) return;
  if (shortcuts() === "off") return;
  const found = tables()
    .flat()
    .findLast(({ key }) => key === event.key);
  if (found === undefined) return;
  event.preventDefault();
  found.run();
}

window.addEventListener("keydown", pressed);

/** Moves the focus to the next or previous row of the page. */
export function walk(by: 1 | -1): void {
  const rows = [...document.querySelectorAll<HTMLElement>("main [data-row]")].filter(
    (row) => row.offsetParent !== null,
  );
  const at = rows.findIndex((row) => row.contains(document.activeElement));
  const next = at === -1 ? (by === 1 ? 0 : rows.length - 1) : at + by;
  const row = rows[Math.min(Math.max(next, 0), rows.length - 1)];
  row?.focus();
  row?.scrollIntoView({ block: "nearest" });
}

export function focusSearch(): boolean {
  const search = document.querySelector<HTMLInputElement>("main [data-search]");
  search?.focus();
  search?.select();
  return search !== null;
}
