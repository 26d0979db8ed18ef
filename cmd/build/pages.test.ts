/** The dashboard's build: what a browser loads first is counted, and what is packed comes out again. */
import { expect, test } from "bun:test";
import { filesOf, firstLoadFiles, pack } from "./pages.ts";

test("the first load is the entry with all that it imports at once, each counted once, and nothing that comes later", () => {
  const manifest = {
    "page.html": { file: "entry.js", isEntry: true, imports: ["_a.js", "_b.js"] },
    "_a.js": { file: "a.js", imports: ["_b.js"] },
    "_b.js": { file: "b.js", imports: ["_a.js"] },
    "later.tsx": { file: "later.js", imports: ["_b.js"] },
  };
  expect(firstLoadFiles(manifest, "page.html")).toEqual(["entry.js", "a.js", "b.js"]);
  expect(firstLoadFiles(manifest, "other.html")).toEqual([]);
});

test("a home's files are those that its page can ever reach, and pictures, but nothing of another home", () => {
  const manifest = {
    "page.html": { file: "entry.js", css: ["entry.css"], dynamicImports: ["later.tsx"] },
    "later.tsx": { file: "later.js", imports: ["_b.js"], assets: ["font.woff2"] },
    "_b.js": { file: "b.js", dynamicImports: ["page.html"] },
    "other.html": { file: "other.js", imports: ["_b.js"] },
    "icon.svg": { file: "icon.svg" },
  };
  expect([...filesOf(manifest, "page.html")].sort()).toEqual([
    ...["b.js", "entry.css", "entry.js", "font.woff2", "icon.svg", "later.js", "page.html"],
  ]);
});

test("a pack holds every file of one home, its page as the index, and no other home's page", () => {
  const bytes = (text: string) => new Uint8Array(new TextEncoder().encode(text));
  const files = new Map([
    ["page.html", bytes("<p>")],
    ["other.html", bytes("<i>")],
    ["assets/a.js", bytes("1")],
  ]);
  const packed = new Uint8Array(pack(files, "page.html"));
  const end = packed.indexOf(10);
  const index = JSON.parse(new TextDecoder().decode(packed.subarray(0, end)));
  expect(index).toEqual([
    { path: "/index.html", type: "text/html; charset=utf-8", bytes: expect.any(Number) },
    { path: "/assets/a.js", type: "text/javascript; charset=utf-8", bytes: expect.any(Number) },
  ]);
  const first = packed.subarray(end + 1, end + 1 + index[0].bytes);
  expect(new TextDecoder().decode(Bun.gunzipSync(first))).toBe("<p>");
});
