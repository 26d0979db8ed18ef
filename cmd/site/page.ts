/** One document as an HTML page: its text, what is on it, and the way to all others. */
import { Marked, type RendererObject } from "marked";
import { bothShades, copyOf, hrefTo, type Page, type Site, targetOf } from "./read.ts";

/** From this many sections on a page says what is on it. */
const contentsMin = 4;

export function htmlOf(site: Site, page: Page): string {
  const title = page.out === "index.html" ? page.title : `${page.title} · AtlasBridge`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${escaped(title)}</title>
<link rel="stylesheet" href="${hrefTo(page, "style.css")}">
</head>
<body>
<header><a href="${hrefTo(page, "index.html")}">AtlasBridge</a> <a href="#pages">All pages</a></header>
<div class="page">
<main>
${textOf(site, page)}</main>
<nav id="pages" aria-label="All pages">
${site.menu.map((group) => menuGroup(page, group)).join("")}</nav>
</div>
</body>
</html>
`;
}

function menuGroup(page: Page, { name, pages }: Site["menu"][number]): string {
  const rows = pages.map((one) => {
    const current = one.source === page.source ? ' aria-current="page"' : "";
    return `<li><a href="${hrefTo(page, one.out)}"${current}>${escaped(one.title)}</a></li>\n`;
  });
  return `<h2>${escaped(name)}</h2>\n<ul>\n${rows.join("")}</ul>\n`;
}

/** The words below the title come first, then what is on the page. */
function textOf(site: Site, page: Page): string {
  const html = new Marked({ renderer: rendererOf(site, page) }).parser(page.tokens);
  const sections = page.headings.filter(({ depth }) => depth === 2);
  if (sections.length < contentsMin) return html;
  const rows = sections.map(({ id, text }) => `<li><a href="#${id}">${escaped(text)}</a></li>\n`);
  const contents = `<details><summary>On this page</summary>\n<ul>\n${rows.join("")}</ul>\n</details>\n`;
  const at = html.indexOf("<h2");
  return `${html.slice(0, at)}${contents}${html.slice(at)}`;
}

function rendererOf(site: Site, page: Page): RendererObject {
  let at = 0;
  return {
    heading({ tokens, depth }) {
      const id = page.headings[at]?.id ?? "";
      at += 1;
      return `<h${depth} id="${id}">${this.parser.parseInline(tokens)}</h${depth}>\n`;
    },
    link({ href, tokens }) {
      return `<a href="${escaped(linked(site, page, href))}">${this.parser.parseInline(tokens)}</a>`;
    },
    image({ href, text }) {
      return pictured(site, page, { href, text });
    },
    // A document is text: what looks like markup in it is shown.
    html({ text }) {
      return escaped(text);
    },
    code({ text }) {
      return `<pre tabindex="0"><code>${escaped(text)}</code></pre>\n`;
    },
    table({ header, rows }) {
      const cell = ({ tokens, text }: (typeof header)[number], tag: string): string =>
        `<${text === "" ? "td" : tag}>${this.parser.parseInline(tokens)}</${text === "" ? "td" : tag}>`;
      const line = (cells: typeof header, tag: string): string =>
        `<tr>${cells.map((one) => cell(one, tag)).join("")}</tr>\n`;
      const body = rows.map((row) => line(row, "td")).join("");
      return `<div class="wide" tabindex="0" role="region" aria-label="Table">
<table>\n<thead>\n${line(header, "th")}</thead>\n<tbody>\n${body}</tbody>\n</table>\n</div>\n`;
    },
  };
}

function linked(site: Site, page: Page, href: string): string {
  const target = targetOf(page, href);
  if (target === null) return href;
  const out = site.pages.get(target.file)?.out ?? copyOf(target.file);
  return `${hrefTo(page, out)}${target.anchor === null ? "" : `#${target.anchor}`}`;
}

type Picture = { href: string; text: string };

/** In the reader's colours where there is one in both. */
function pictured(site: Site, page: Page, { href, text }: Picture): string {
  const file = targetOf(page, href)?.file ?? href;
  const shades = bothShades(site.root, file).map((one) => hrefTo(page, one));
  const dark = shades.find((one) => one.endsWith("-dark.png"));
  const light = shades.find((one) => one.endsWith("-light.png")) ?? hrefTo(page, file);
  const source =
    dark === undefined ? "" : `<source media="(prefers-color-scheme: dark)" srcset="${dark}">`;
  return `<picture>${source}<img src="${light}" alt="${escaped(text)}"></picture>`;
}

const escaped = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");
