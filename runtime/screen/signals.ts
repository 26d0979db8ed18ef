/** What a program tells its terminal besides text: title and cursor, kept here because the emulator keeps them unbounded or not at all. */
import type { Terminal } from "@xterm/headless";
import { limits } from "../../contracts/limits.ts";

export type Signals = {
  title(): string;
  cursorVisible(): boolean;
  /** Payload of the last `OSC 7501` that was no query; null before the first. */
  announced(): string | null;
};

/** As in xterm. */
const titleStackMax = 10;
const cursorMode = 25;

export function watchSignals(terminal: Terminal): Signals {
  const { parser } = terminal;
  let title = "";
  let cursorVisible = true;
  const titles: string[] = [];

  // The emulator's own handlers never run for these: they would keep ten titles of 10 MB.
  const setTitle = (data: string) => {
    title = data.slice(0, limits.titleCharsMax);
    return true;
  };
  parser.registerOscHandler(0, setTitle);
  parser.registerOscHandler(1, () => true);
  parser.registerOscHandler(2, setTitle);
  let announced: string | null = null;
  parser.registerOscHandler(7501, (data) => {
    if (data.startsWith("?")) return false;
    announced = data.slice(0, limits.titleCharsMax);
    return true;
  });
  // Links would be kept with a marker each, for ever; nobody reads them.
  parser.registerOscHandler(8, () => true);

  parser.registerCsiHandler({ final: "t" }, ([operation, which]) => {
    if (which === 1) return true;
    if (operation === 22) titles.push(title);
    if (titles.length > titleStackMax) titles.shift();
    if (operation === 23) title = titles.pop() ?? title;
    return true;
  });

  const setCursor = (visible: boolean) => (params: (number | number[])[]) => {
    if (params.includes(cursorMode)) cursorVisible = visible;
    return false;
  };
  parser.registerCsiHandler({ prefix: "?", final: "h" }, setCursor(true));
  parser.registerCsiHandler({ prefix: "?", final: "l" }, setCursor(false));
  const showCursor = () => {
    cursorVisible = true;
    return false;
  };
  parser.registerCsiHandler({ intermediates: "!", final: "p" }, showCursor);
  parser.registerEscHandler({ final: "c" }, showCursor);

  return { title: () => title, cursorVisible: () => cursorVisible, announced: () => announced };
}
