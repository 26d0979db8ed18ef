/** Answers to terminal queries, from a closed list of shapes: nothing a program printed is ever echoed as input. */
import type { Terminal } from "@xterm/headless";

export type Answers = {
  /** The answers gathered since the last call, in the order of the queries; null when there are none. */
  take(): Uint8Array | null;
};

/** More than this in one feed is a flood: the rest goes unanswered. */
const answerBytesMax = 16_384;

const esc = "\x1b";
const st = `${esc}\\`;

/**
 * Registers an answer for each known query. The emulator's own answers (`onData`) are not used at all:
 * some carry what the program wrote. Without `enabled` everything is swallowed.
 */
export function answerQueries(terminal: Terminal, enabled: boolean): Answers {
  let pending = "";
  const answer = (text: string): true => {
    if (enabled && pending.length + text.length <= answerBytesMax) pending += text;
    return true;
  };
  deviceQueries(terminal, answer);
  return {
    take() {
      if (pending === "") return null;
      const bytes = new TextEncoder().encode(pending);
      pending = "";
      return bytes;
    },
  };
}

type Answer = (text: string) => true;

function deviceQueries(terminal: Terminal, answer: Answer): void {
  const { parser } = terminal;
  const first = (params: (number | number[])[]) => params[0] ?? 0;
  parser.registerCsiHandler({ final: "c" }, (params) =>
    first(params) === 0 ? answer(`${esc}[?62;22c`) : true,
  );
  parser.registerCsiHandler({ prefix: ">", final: "c" }, (params) =>
    first(params) === 0 ? answer(`${esc}[>1;10;0c`) : true,
  );
  const position = () => {
    const { cursorX, cursorY } = terminal.buffer.active;
    // After the last column was written the cursor stands behind it; terminals report the column itself.
    return `${cursorY + 1};${Math.min(cursorX + 1, terminal.cols)}R`;
  };
  parser.registerCsiHandler({ final: "n" }, (params) => {
    if (first(params) === 5) return answer(`${esc}[0n`);
    return first(params) === 6 ? answer(`${esc}[${position()}`) : true;
  });
  parser.registerCsiHandler({ prefix: "?", final: "n" }, (params) =>
    first(params) === 6 ? answer(`${esc}[?${position()}`) : true,
  );
  parser.registerCsiHandler({ prefix: ">", final: "q" }, (params) =>
    first(params) === 0 ? answer(`${esc}P>|atlasbridge${st}`) : true,
  );
}
