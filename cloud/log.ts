/** What the service says of itself: one JSON object a line, with ids and counts, never with secrets or content. */
import { momentToIso } from "../contracts/moment.ts";
import type { Clock } from "./clock.ts";

export type LogLevel = "info" | "warn" | "error";
export type LogFields = Readonly<Record<string, string | number | boolean | null | undefined>>;

export interface Log {
  info(event: string, fields?: LogFields): void;
  warn(event: string, fields?: LogFields): void;
  error(event: string, fields?: LogFields): void;
}

const fieldCharsMax = 1_024;

/** JSON escapes line breaks and control characters, so nobody's text can write a line of its own. */
export function jsonLog(clock: Clock, write: (line: string) => void): Log {
  const say = (level: LogLevel, event: string, fields: LogFields = {}): void => {
    const short = Object.entries(fields).map(([name, value]) => [
      name,
      typeof value === "string" ? value.slice(0, fieldCharsMax) : value,
    ]);
    const at = momentToIso(clock.now());
    write(`${JSON.stringify({ at, level, event, ...Object.fromEntries(short) })}\n`);
  };
  return {
    info: (event, fields) => say("info", event, fields),
    warn: (event, fields) => say("warn", event, fields),
    error: (event, fields) => say("error", event, fields),
  };
}

/** What may be told of an error: its kind and code. Its message may quote what somebody sent. */
export function faultOf(error: unknown): { fault: string; code: string | null } {
  if (!(error instanceof Error)) return { fault: "unknown", code: null };
  const code = "code" in error && typeof error.code === "string" ? error.code : null;
  return { fault: error.name, code };
}
