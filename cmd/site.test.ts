/** The site of the documents: whatever a page leads to is there, nothing comes from elsewhere, and a lost link stops it. */
import { afterAll, beforeAll, expect, test } from "bun:test";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { buildSite } from "./site.ts";

const root = dirname(import.meta.dir);
let scratch = "";
let out = "";
beforeAll(() => {
  scratch = mkdtempSync(join(tmpdir(), "atlasbridge-site-"));
  out = join(scratch, "site");
  buildSite(root, out);
});
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

type Read = { links: string[]; loads: string[]; ids: Set<string>; menu: string[] };

/** As a browser finds it, with another parser than the one that wrote it. */
function read(file: string): Read {
  const found: Read = { links: [], loads: [], ids: new Set(), menu: [] };
  const attribute = (name: string, keep: (value: string) => unknown) => ({
    element: (element: HTMLRewriterTypes.Element) => {
      const value = element.getAttribute(name);
      if (value !== null) keep(value);
    },
  });
  new HTMLRewriter()
    .on(
      "a",
      attribute("href", (href) => found.links.push(href)),
    )
    .on(
      "nav a",
      attribute("href", (href) => found.menu.push(href)),
    )
    .on(
      "[src]",
      attribute("src", (src) => found.loads.push(src)),
    )
    .on(
      "source",
      attribute("srcset", (src) => found.loads.push(src)),
    )
    .on(
      "link",
      attribute("href", (href) => found.loads.push(href)),
    )
    .on("script", { element: () => void found.loads.push("a script") })
    .on(
      "[id]",
      attribute("id", (id) => found.ids.add(id)),
    )
    .transform(readFileSync(join(out, file), "utf8"));
  return found;
}

const pages = (): string[] => [...new Bun.Glob("**/*.html").scanSync({ cwd: out })].sort();

test("every link and anchor leads somewhere, and what a page loads lies beside it", () => {
  const faults = pages().flatMap((page) => {
    const { links, loads } = read(page);
    const inside = links.filter((href) => !/^https?:/.test(href));
    return [...inside, ...loads].flatMap((href) => {
      const [path = "", anchor] = href.split("#");
      const file = path === "" ? page : join(dirname(page), path);
      if (!existsSync(join(out, file))) return [`${page}: ${href} is not there`];
      const isLost = anchor !== undefined && !read(file).ids.has(anchor);
      return isLost ? [`${page}: ${href} has no such heading`] : [];
    });
  });
  expect(faults).toEqual([]);
  expect(pages().length).toBeGreaterThan(30);
});

test("every document of docs/ is in the menu of every page", () => {
  const documents = [...new Bun.Glob("docs/*.md").scanSync({ cwd: root })]
    .filter((file) => file !== "docs/README.md")
    .map((file) => file.replace(/\.md$/, ".html"));
  for (const page of ["index.html", "docs/start.html", "runtime/lab/index.html"]) {
    const menu = new Set(read(page).menu.map((href) => join(dirname(page), href)));
    expect(documents.filter((file) => !menu.has(file))).toEqual([]);
  }
});

test("what a document has lost is named, all of it, and no site is made", () => {
  const other = mkdtempSync(join(scratch, "lost-"));
  mkdirSync(join(other, "docs"));
  writeFileSync(join(other, "README.md"), "# One\n\n[a](docs/README.md#none) [b](docs/gone.md)\n");
  writeFileSync(join(other, "docs", "README.md"), "# Two\n\n![c](gone.png) <script>x</script>\n");
  expect(() => buildSite(other, join(other, "out"))).toThrow(
    [
      "links that lead nowhere:",
      "README.md: there is no file docs/gone.md",
      "docs/README.md: there is no file docs/gone.png",
      "README.md: docs/README.md has no heading #none",
    ].join("\n"),
  );
  expect(existsSync(join(other, "out"))).toBe(false);
});
