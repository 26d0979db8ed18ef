/** No prompt is lost: each ends in exactly one way, each session has one end, and nobody waits for ever. */
import type { Checker } from "../facts.ts";

const sessionEnds = { "session.started": 1, "session.ended": -1 } as const;
const promptEnds = { "prompt.detected": 1, "prompt.closed": -1 } as const;

export function noPromptLost(): Checker {
  /** 1: begun; 0: ended. */
  const standing = new Map<string, number>();
  const found: string[] = [];
  const move = (what: string, by: number): void => {
    const now = (standing.get(what) ?? 0) + by;
    const isKnown = standing.has(what);
    standing.set(what, now);
    if (by > 0 && isKnown) found.push(`${what} began twice`);
    if (by < 0 && now < 0) found.push(isKnown ? `${what} ended twice` : `${what} never began`);
  };
  return {
    name: "no prompt lost",
    see(fact) {
      if (fact.what === "neglected") found.push(`${fact.ask} was never answered`);
      if (fact.what !== "durable") return;
      const { kind, prompt_id: prompt, session_id: session } = fact.row;
      if (kind in promptEnds) move(`prompt ${prompt}`, promptEnds[kind as keyof typeof promptEnds]);
      if (kind in sessionEnds) {
        move(`session ${session}`, sessionEnds[kind as keyof typeof sessionEnds]);
      }
    },
    end() {
      for (const [what, open] of standing) if (open > 0) found.push(`${what} has no end`);
    },
    violations: () => found,
  };
}
