/** Checks on what is written: first sentences, plan words, titles, traces of one machine. */
import { type File, type Finding, isCode, isNode, lineAt, parse, walk } from "./source.ts";

/** Every code file opens with one sentence saying what it is for. */
export function checkOpenings(files: readonly File[]): Finding[] {
  const findings: Finding[] = [];
  for (const file of files.filter(({ path }) => isCode(path))) {
    const body = file.text.replace(/^#!.*\n/, "");
    const opening = /^\/\*\*\s([^]*?)\s?\*\//.exec(body)?.[1];
    const sentence = opening?.replaceAll(/\n \*/g, "").trim();
    if (sentence === undefined || sentence === "") {
      const message = "the file does not say what it is for; open it with one /** sentence. */";
      findings.push({ path: file.path, line: 1, message });
    } else if (!/[.?!:]$/.test(sentence)) {
      const message = "the opening comment is not a sentence; end it with a full stop";
      findings.push({ path: file.path, line: 1, message });
    }
  }
  return findings;
}

/** Code with the inside of strings and patterns blanked out, at the same places. */
function withoutStrings(file: File): string {
  let text = file.text;
  for (const [node] of walk(parse(file).root)) {
    const isText =
      (node.type === "Literal" && typeof node["value"] !== "number") ||
      node.type === "TemplateElement" ||
      node.type === "JSXText";
    if (!isText || !isNode(node)) continue;
    const blank = text.slice(node.start, node.end).replaceAll(/[^\n]/g, " ");
    text = text.slice(0, node.start) + blank + text.slice(node.end);
  }
  return text;
}

/** A version that is a step of a URL's path (after `/`) names something that is there. */
const planWords = /\b(TODO|FIXME|XXX|HACK|[Pp]hase|PHASE|[Ee]nterprise|(?<!\/)v1|V1|GA|roadmap)\b/g;

/** Plans belong in issues: code says what is. Words inside strings are the product's own affair. */
export function checkPlanWords(files: readonly File[]): Finding[] {
  return files
    .filter(({ path }) => isCode(path) && !/\/recordings\//.test(path))
    .flatMap((file) =>
      [...withoutStrings(file).matchAll(planWords)].map((found) => ({
        path: file.path,
        line: lineAt(file.text, found.index),
        message: `"${found[0]}" speaks of a plan; say what is true now, or open an issue`,
      })),
    );
}

/** A document has one title, on its first line. */
export function checkTitles(files: readonly File[]): Finding[] {
  return files
    .filter(({ path }) => path.endsWith(".md") && !/\/recordings\//.test(path))
    .flatMap(({ path, text }) => {
      const prose = text.replaceAll(/^(```|~~~)[^]*?^\1/gm, (block) =>
        block.replaceAll(/[^\n]/g, " "),
      );
      const titles = [...prose.matchAll(/^# .+$/gm)];
      const [first, second] = titles;
      if (first === undefined) {
        return [
          { path, line: 1, message: "the document has no title; open it with one `# title`" },
        ];
      }
      if (second === undefined) return [];
      const line = lineAt(text, second.index);
      return [{ path, line, message: "a second title; one document has one, use `##` below it" }];
    });
}

// Spelled in pieces, so that this file does not find itself.
const machinePaths = new RegExp(
  `(?<![\\w.-])/(${["work", "tmp"].join("|")})/(main|shared|briefs|bash_jobs|\\.library|\\.mirror)\\b`,
  "g",
);
const registryHosts =
  /\b(?:registry|npm|pypi)\.[a-z0-9-]+(?:\.[a-z0-9-]+)*\.(?:org|com|io|net|dev|internal|local)\b/g;
const aHost = /"resolved":\s*"(https?:[^"]*)"|^\s*(?:@[\w-]+:)?registry\s*=\s*(\S+)/gm;

/** What is true on one machine only has no place in the repository. Recordings and policies may quote the world. */
export function checkMachineTraces(files: readonly File[]): Finding[] {
  const findings: Finding[] = [];
  for (const { path, text } of files) {
    if (/\/recordings\//.test(path) || path.startsWith("cmd/tidy/")) continue;
    const add = (offset: number, what: string) => {
      const message = `${what} is true on one machine only; leave it out, or take it from the environment`;
      findings.push({ path, line: lineAt(text, offset), message });
    };
    for (const found of text.matchAll(machinePaths)) add(found.index, found[0]);
    const isSetting = /(^|\/)(package-lock\.json|\.npmrc|bunfig\.toml)$/.test(path);
    const hosts = isSetting ? aHost : registryHosts;
    for (const found of text.matchAll(hosts)) add(found.index, found[1] ?? found[2] ?? found[0]);
  }
  return findings;
}
