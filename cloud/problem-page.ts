/** A small page for each problem, at the address that is its type: what it means, and what its client does. */
import {
  clientAct,
  type ClientAct,
  problemStatus,
  problemTitle,
  type ProblemName,
} from "../contracts/problem.ts";

const acts: Readonly<Record<ClientAct, string>> = {
  tell: "The client stops sending and tells its operator. Nothing is lost: entries wait in its trace.",
  rewind: "The client goes on with the entry that the reply names in expected_seq.",
  incident:
    "The client stops sending. Both sides record a security incident: somebody has rewritten a trace, or two machines write as one agent.",
  halve: "The client sends the same entries in smaller batches.",
  without_content: "The client sends the same entries without their content.",
  retry: "The client sends the same again later: after Retry-After at the earliest, with jitter.",
};

/** Nothing in it comes from a request. */
export function problemPage(name: ProblemName): string {
  const title = `${name} (${problemStatus(name)})`;
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${title}</title>
<h1>${title}</h1>
<p>Refused: ${problemTitle(name)}.</p>
<p>${acts[clientAct(name)]}</p>
</html>
`;
}
