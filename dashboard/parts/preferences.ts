/** What a person prefers on this browser: theme, density, keys, notifications. Kept here alone, and never needed. */
import { createSignal } from "solid-js";

export type Theme = "system" | "light" | "dark";
export type Density = "comfortable" | "compact";

function kept<T extends string>(name: string, choices: readonly [T, ...T[]]) {
  const read = (): T => {
    try {
      const found = localStorage.getItem(name);
      return choices.find((choice) => choice === found) ?? choices[0];
    } catch {
      // A browser that keeps nothing: then for this visit.
      return choices[0];
    }
  };
  const [value, setValue] = createSignal<T>(read());
  const choose = (next: T): void => {
    setValue(() => next);
    try {
      localStorage.setItem(name, next);
    } catch {
      // As above.
    }
  };
  // Chosen in another tab.
  window.addEventListener("storage", ({ key }) => key === name && setValue(() => read()));
  return [value, choose] as const;
}

export const [theme, chooseTheme] = kept<Theme>("theme", ["system", "light", "dark"]);
export const [density, chooseDensity] = kept<Density>("density", ["comfortable", "compact"]);
/** Keys without Ctrl or Alt can be in the way of who dictates or trembles (WCAG 2.1.4). */
export const [shortcuts, chooseShortcuts] = kept<"on" | "off">("shortcuts", ["on", "off"]);
/** Of what waits for the person, by the browser. */
export const [notifying, chooseNotifying] = kept<"off" | "on">("notify", ["off", "on"]);

export function applyPreferences(): void {
  const { dataset } = document.documentElement;
  if (theme() === "system") delete dataset["theme"];
  else dataset["theme"] = theme();
  dataset["density"] = density();
}
