/** Calls the person to a page that is not in front, when the browser and they allow it. */
import { notifying } from "./preferences.ts";

export type News = { id: string; title: string; body: string };

/** Tells of what was not there before. Without a word of what is asked: others may be looking at the screen. */
export function notifierOf(): (now: readonly News[]) => void {
  let told: ReadonlySet<string> | null = null;
  return (now) => {
    const before = told;
    told = new Set(now.map(({ id }) => id));
    // What waited already when the page was opened is on the page.
    if (before === null || document.visibilityState === "visible") return;
    if (notifying() === "off" || Notification.permission !== "granted") return;
    for (const { id, title, body } of now.filter((one) => !before.has(one.id))) {
      // Of several tabs the last one's stays.
      const shown = new Notification(title, { body, tag: id });
      shown.addEventListener("click", () => window.focus());
    }
  };
}
