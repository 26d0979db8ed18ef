/** What a policy's text decides about something that a tool wants to do, for tests of presets and of the cookbook. */
import { normalize } from "node:path";
import type { DecisionAction } from "../../../contracts/decision.ts";
import type { Prompt, Subject } from "../../../contracts/prompt.ts";
import { readAsked } from "../asked.ts";
import { compilePolicy, type CompiledPolicy } from "../compile.ts";
import { decide } from "../decide.ts";
import { exampleFacts } from "../examples.ts";
import type { Facts } from "../match.ts";
import { parsePolicy } from "../parse.ts";
import { pathsToFollow, treesToList } from "../paths.ts";

const cwd = "/home/ada/src";
const userHome = "/home/ada";

export function compileText(text: string, name: string): CompiledPolicy {
  const parsed = parsePolicy(text, name);
  if (!parsed.ok) {
    throw new Error(parsed.problems.map(({ line, message }) => `${line}: ${message}`).join("\n"));
  }
  return compilePolicy(parsed.policy, { hash: parsed.hash, userHome });
}

type Asking = {
  readonly subject: Subject | null;
  readonly prompt?: Partial<Prompt>;
  readonly facts?: Partial<Omit<Facts, "prompt">>;
  /** Paths below the session's folder that are links, and where each leads. */
  readonly links?: Readonly<Record<string, string>>;
};

/** On a disk where every path but the links given leads where it says, and secrets lie in the project's own folder. */
export function actionOf(
  policy: CompiledPolicy,
  { subject, prompt, facts: changes, links = {} }: Asking,
): DecisionAction {
  const facts = exampleFacts(
    { subject, question: "Do you want to proceed?", ...prompt },
    { cwd, ...changes },
  );
  const paths = readAsked(facts.prompt, { cwd, userHome }).paths();
  const real = new Map(
    pathsToFollow(paths, cwd).map((path) => [path, followed(path, links)] as const),
  );
  const trees = new Map(
    treesToList(paths).map(({ name, written, hidden }) => {
      return [name, filesBelow(real.get(written) ?? written, hidden)] as const;
    }),
  );
  return decide({ ...facts, real, trees }, policy).action;
}

function filesBelow(root: string, hidden: boolean): readonly string[] | null {
  const folder = normalize(root).replace(/\/$/, "");
  if (folder === cwd) return [`${cwd}/main.ts`, ...(hidden ? [`${cwd}/.env`] : [])];
  return folder.startsWith(`${cwd}/`) ? [`${folder}/a.ts`] : null;
}

function followed(path: string, links: Readonly<Record<string, string>>): string {
  const link = Object.keys(links).find((name) => {
    return path === `${cwd}/${name}` || path.startsWith(`${cwd}/${name}/`);
  });
  return link === undefined ? path : (links[link] ?? "") + path.slice(cwd.length + 1 + link.length);
}

export const fileSubject = (type: Subject["type"], path: string): Subject => {
  return { type, command: null, path, host: null };
};
