/** `npm run site`: makes pages of the documents, which need no network and no script: `dist/site/index.html`. */
import { cpSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { htmlOf } from "./site/page.ts";
import { copyOf, readSite } from "./site/read.ts";

/** Writes all pages below `out`, in place of what was there. Returns how many; throws where a link leads nowhere. */
export function buildSite(root: string, out: string): number {
  const site = readSite(root);
  rmSync(out, { recursive: true, force: true });
  for (const page of site.pages.values()) {
    mkdirSync(dirname(join(out, page.out)), { recursive: true });
    writeFileSync(join(out, page.out), htmlOf(site, page));
  }
  for (const file of site.files) cpSync(join(root, file), join(out, copyOf(file)));
  cpSync(join(import.meta.dir, "site", "style.css"), join(out, "style.css"));
  return site.pages.size;
}

if (import.meta.main) {
  const root = dirname(import.meta.dir);
  const count = buildSite(root, join(root, "dist", "site"));
  process.stdout.write(`site: ${count} pages, from dist/site/index.html on\n`);
}
