/** What running sessions show at the moment, for the dashboard's first page: the end of each screen, without secrets. */
import type { SessionGlance } from "../../../contracts/dashboard.ts";
import { AtlasError } from "../../../contracts/errors.ts";
import type { SessionId } from "../../../contracts/ids.ts";
import type { Cli } from "../cli.ts";
import { type Redaction, redactionOf } from "../redaction.ts";
import { ask, stateOf } from "../running.ts";

type Asked = { ids: readonly SessionId[]; lines: number };

/** One that has just ended, or is too busy to answer, is left out: the live view tells of it. */
export async function glancesOf(cli: Cli, { ids, lines }: Asked): Promise<SessionGlance[]> {
  const redaction = redactionOf(cli);
  const found = await Promise.all(ids.map((id) => glanceAt(cli, { id, lines, redaction })));
  return found.filter((one) => one !== null);
}

type Look = { id: SessionId; lines: number; redaction: Redaction | null };

async function glanceAt(cli: Cli, { id, lines, redaction }: Look): Promise<SessionGlance | null> {
  try {
    const state = await stateOf(cli, id);
    if (state === null) return null;
    const { session_id, paused, cols, rows } = state;
    const shown = lines === 0 ? [] : await screenOf(cli, id);
    return { session_id, paused, cols, rows, lines: lastOf(shown, lines, redaction) };
  } catch (error) {
    if (error instanceof AtlasError) return null;
    throw error;
  }
}

/** None where it cannot tell just now. */
async function screenOf(cli: Cli, id: SessionId): Promise<string[]> {
  const reply = await ask(cli, id, { ask: "explain" });
  return reply.reply === "explained" ? reply.explanation.screen.text : [];
}

/** Redacted as a whole: a secret may begin above the lines that are shown. */
function lastOf(shown: readonly string[], count: number, redaction: Redaction | null): string[] {
  const text = shown.join("\n").trimEnd();
  if (text === "") return [];
  return (redaction?.whole.redact(text) ?? text).split("\n").slice(-Math.max(count, 1));
}
