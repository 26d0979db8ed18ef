/** Reads the documents from the README on, link by link: their titles, headings and order. */
import GithubSlugger from "github-slugger";
import { marked, type Token, type Tokens } from "marked";
import { existsSync, readFileSync, statSync } from "node:fs";
import { dirname, join, normalize, relative } from "node:path";

export type Heading = { depth: number; text: string; id: string };

export type Page = {
  /** Path in the repository, and in the site. */
  source: string;
  out: string;
  title: string;
  tokens: Token[];
  headings: Heading[];
};

export type Site = {
  root: string;
  /** By their path in the repository. */
  pages: Map<string, Page>;
  /** What pages lead to or show and is no page: copied as it is. */
  files: Set<string>;
  /** Groups of pages, in the order in which `docs/README.md` names them. */
  menu: { name: string; pages: Page[] }[];
};

/** Throws, with every one of them, where links of a document lead nowhere. */
export function readSite(root: string): Site {
  const site: Site = { root, pages: new Map(), files: new Set(), menu: [] };
  const faults: string[] = [];
  const wanted = ["README.md"];
  // The list grows while it is walked.
  for (const source of wanted) {
    if (site.pages.has(source)) continue;
    const page = readPage(root, source);
    site.pages.set(source, page);
    for (const target of targetsOf(page)) {
      const fault = follow(site, target, wanted);
      if (fault !== null) faults.push(`${source}: ${fault}`);
    }
  }
  faults.push(...[...site.pages.values()].flatMap((page) => lostAnchors(site, page)));
  if (faults.length > 0) throw new Error(`links that lead nowhere:\n${faults.join("\n")}`);
  site.menu = menuOf(site);
  return site;
}

function readPage(root: string, source: string): Page {
  const tokens = marked.lexer(readFileSync(join(root, source), "utf8"));
  const slugger = new GithubSlugger();
  const headings = tokens.filter(isHeading).map(({ depth, tokens: inside }) => {
    const text = plainText(inside);
    return { depth, text, id: slugger.slug(text) };
  });
  return { source, out: outOf(source), title: headings[0]?.text ?? source, tokens, headings };
}

const isHeading = (token: Token): token is Tokens.Heading => token.type === "heading";

function plainText(tokens: readonly Token[]): string {
  return tokens
    .map((token) => ("tokens" in token && token.tokens ? plainText(token.tokens) : textOf(token)))
    .join("");
}

const textOf = (token: Token): string => ("text" in token ? String(token.text) : token.raw);

/** `docs/README.md` is the index of its folder. */
function outOf(source: string): string {
  return source.replace(/(^|\/)README\.md$/, "$1index.html").replace(/\.md$/, ".html");
}

export type Target = { file: string; anchor: string | null };

/** Where a link of the page leads within the repository; null for what lies elsewhere. */
export function targetOf(page: Page, href: string): Target | null {
  if (/^[a-z]+:/.test(href)) return null;
  const [path = "", anchor = null] = href.split("#");
  const file = path === "" ? page.source : normalize(join(dirname(page.source), path));
  return { file, anchor };
}

function targetsOf(page: Page): Target[] {
  const found: Target[] = [];
  void marked.walkTokens(page.tokens, (token) => {
    if (token.type !== "link" && token.type !== "image") return;
    const target = targetOf(page, String(Reflect.get(token, "href")));
    if (target !== null) found.push(target);
  });
  return found;
}

function follow(site: Site, { file }: Target, wanted: string[]): string | null {
  if (file.startsWith("..")) return `${file} is outside of the repository`;
  const there = statSync(join(site.root, file), { throwIfNoEntry: false });
  if (there?.isFile() !== true) return `there is no file ${file}`;
  if (file.endsWith(".md")) wanted.push(file);
  else for (const one of bothShades(site.root, file)) site.files.add(one);
  return null;
}

/** A picture of a page comes with the one that was taken in the other colours. */
export function bothShades(root: string, file: string): string[] {
  const other = file.replace(/-(light|dark)\.png$/, (_, shade) =>
    shade === "light" ? "-dark.png" : "-light.png",
  );
  return other !== file && existsSync(join(root, other)) ? [file, other] : [file];
}

function lostAnchors(site: Site, page: Page): string[] {
  return targetsOf(page).flatMap(({ file, anchor }) => {
    const target = site.pages.get(file);
    if (anchor === null || target === undefined) return [];
    const isThere = target.headings.some(({ id }) => id === anchor);
    return isThere ? [] : [`${page.source}: ${file} has no heading #${anchor}`];
  });
}

/** Each list of `docs/README.md` under the line before it. */
function menuOf(site: Site): Site["menu"] {
  const index = site.pages.get("docs/README.md");
  if (index === undefined) throw new Error("nothing leads to docs/README.md");
  let name = "";
  const groups: Site["menu"] = [];
  for (const token of index.tokens) {
    if (token.type === "paragraph") name = textOf(token).replace(/:$/, "");
    if (token.type !== "list") continue;
    const part: Page = { ...index, tokens: [token] };
    const pages = targetsOf(part).flatMap(({ file }) => site.pages.get(file) ?? []);
    groups.push({ name, pages: [...new Set(pages)] });
  }
  return groups;
}

/** Where a file that is no page lies in the site: a browser shows text that is called so, and would store a program. */
export function copyOf(file: string): string {
  return /\.(png|svg|json|txt)$/.test(file) ? file : `${file}.txt`;
}

/** As one page of the site names another. */
export function hrefTo(from: Page, out: string): string {
  return relative(dirname(from.out), out) || from.out;
}
