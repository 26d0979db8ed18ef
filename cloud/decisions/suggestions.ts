/** What policy left to people and people always answered alike: text for a person, which no machine ever fetches. */
import type { Suggestion, SuggestionsView } from "../../contracts/cloud-views.ts";
import { bounds } from "../limits/bounds.ts";
import { leastId, type Period } from "../store/period.ts";
import type { Transaction } from "../store/pool.ts";

const dayMs = 86_400_000;
const daysDefault = 30;

type Group = Omit<Suggestion, "text" | "outcome"> & { outcomes: string[] };

/** Of the newest escalations of that time, at most so many; the last thirty days where it is not said. */
export async function suggestions(
  sql: Transaction,
  { tenantId, nowMs }: { tenantId: string; nowMs: number },
  asked: Period,
): Promise<SuggestionsView> {
  const to = asked.to ?? nowMs + 1;
  const from = asked.from ?? Math.max(to - daysDefault * dayMs, 0);
  const groups = await sql<Group[]>`
    WITH newest AS (
      SELECT p.prompt_id, p.agent_id, p.session_id, p.at, p.prompt_kind, p.rule_id, p.reason,
        p.outcome, p.reply_bytes, p.question_print, p.reply_print
      FROM atlasbridge.trace_prompts p
      WHERE p.tenant_id = ${tenantId} AND p.escalated_at IS NOT NULL
        AND p.prompt_id >= ${leastId(from)} AND p.prompt_id < ${leastId(to)}
      ORDER BY p.tenant_id, p.prompt_id DESC LIMIT ${bounds.suggestionRowsMax}
    )
    SELECT s.tool, n.prompt_kind, n.rule_id, n.reason,
      n.question_print IS NOT NULL AS same_question,
      count(n.reply_print) = count(*) AS same_reply,
      array_to_json(array_agg(DISTINCT n.outcome)) AS outcomes,
      count(*)::float8 AS times, count(DISTINCT n.agent_id)::float8 AS agents,
      floor(extract(epoch FROM min(n.at)) * 1000)::float8 AS first_at,
      floor(extract(epoch FROM max(n.at)) * 1000)::float8 AS last_at
    FROM newest n LEFT JOIN atlasbridge.trace_sessions s
      ON s.tenant_id = ${tenantId} AND s.agent_id = n.agent_id AND s.session_id = n.session_id
    WHERE n.outcome IS NOT NULL
    GROUP BY s.tool, n.prompt_kind, n.rule_id, n.reason, n.question_print
    HAVING count(*) >= ${bounds.suggestionTimesMin} AND count(DISTINCT n.outcome) = 1
      AND count(DISTINCT n.reply_print) <= 1
      AND (count(n.reply_print) = count(*)
        OR (count(n.reply_print) = 0 AND count(DISTINCT COALESCE(n.reply_bytes, 0)) = 1))
    ORDER BY times DESC, last_at DESC LIMIT ${bounds.suggestionsMax}`;
  return { from, to, suggestions: groups.flatMap(suggestionOf) };
}

/** Only what somebody decided: that a tool withdrew a question is no answer. */
const answers: Readonly<Record<string, string>> = {
  answered: "answered",
  person: "answered at the terminal",
  denied: "denied",
};

function suggestionOf({ outcomes, ...group }: Group): Suggestion[] {
  const outcome = outcomes[0] ?? "";
  const answer = answers[outcome];
  if (answer === undefined) return [];
  const { tool, prompt_kind, rule_id, reason, same_question, same_reply, times } = group;
  const what = same_question ? "the same question" : `questions of the kind ${prompt_kind ?? "?"}`;
  const why = rule_id === null ? "no rule matched" : `the rule ${rule_id} leaves them to a person`;
  const how = same_reply
    ? "always with the same reply"
    : "always alike, as far as can be told without content";
  const because = reason === null ? "" : ` (${reason})`;
  const text = `${tool ?? "A tool"} asked ${what} ${times} times, and ${why}${because}. They were all ${answer}, ${how}. A rule on the machine could say so; only a person can write it there.`;
  return [{ ...group, outcome, text }];
}
