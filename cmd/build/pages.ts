/** Builds the dashboard's pages, holds them to their budget, and packs each home's files into one that an executable carries. */
import { gzipSync } from "bun";
import { mkdirSync, readdirSync, readFileSync, renameSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** Script that a browser must have before the first page is there, compressed. */
const firstLoadBytesMax = 100_000;

const types: Readonly<Record<string, string>> = {
  html: "text/html; charset=utf-8",
  js: "text/javascript; charset=utf-8",
  css: "text/css; charset=utf-8",
  svg: "image/svg+xml",
  json: "application/json",
  wasm: "application/wasm",
};

type Chunk = {
  file: string;
  imports?: string[];
  dynamicImports?: string[];
  css?: string[];
  assets?: string[];
  isEntry?: boolean;
};
export type Manifest = Readonly<Record<string, Chunk>>;

/** Everything that the page loads before it can show anything. */
export function firstLoadFiles(manifest: Manifest, page: string): string[] {
  const wanted = new Set([page]);
  // A set grows while it is walked.
  for (const name of wanted) for (const one of manifest[name]?.imports ?? []) wanted.add(one);
  return [...wanted].flatMap((name) => manifest[name]?.file ?? []);
}

/** Everything that the page may ever load; the icon that its own markup names belongs to every home. */
export function filesOf(manifest: Manifest, page: string): Set<string> {
  const wanted = new Set([page]);
  for (const name of wanted) {
    const { imports = [], dynamicImports = [] } = manifest[name] ?? {};
    for (const one of [...imports, ...dynamicImports]) wanted.add(one);
  }
  const pictures = Object.values(manifest).map(({ file }) => file);
  return new Set([
    page,
    ...pictures.filter((file) => file.endsWith(".svg")),
    ...[...wanted].flatMap((name) => {
      const { file = name, css = [], assets = [] } = manifest[name] ?? {};
      return [file, ...css, ...assets];
    }),
  ]);
}

const gzip = (bytes: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> =>
  gzipSync(bytes, { level: 9 });

/** One line of JSON that names the files, then their compressed bytes. The page itself becomes `/index.html`. */
export function pack(files: ReadonlyMap<string, Uint8Array<ArrayBuffer>>, page: string): Buffer {
  const packed = [...files]
    .filter(([name]) => name === page || !name.endsWith(".html"))
    .map(([name, bytes]) => {
      const type = types[name.slice(name.lastIndexOf(".") + 1)] ?? "application/octet-stream";
      return { path: name === page ? "/index.html" : `/${name}`, type, gzip: gzip(bytes) };
    });
  const index = packed.map(({ path, type, gzip: { length: bytes } }) => ({ path, type, bytes }));
  return Buffer.concat([
    Buffer.from(`${JSON.stringify(index)}\n`),
    ...packed.map(({ gzip: bytes }) => bytes),
  ]);
}

function readFolder(folder: string): Map<string, Uint8Array<ArrayBuffer>> {
  const names = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter(
    (name) => !name.startsWith(".") && statSync(join(folder, name)).isFile(),
  );
  return new Map(
    names.sort().map((name) => [name, new Uint8Array(readFileSync(join(folder, name)))]),
  );
}

/** Relative to `root`: one pack for each page. Throws with one line where it could not be built, or is too large. */
export function buildPages(root: string, pages: readonly string[]): string[] {
  const folder = join(root, "dist", "dashboard");
  mkdirSync(dirname(folder), { recursive: true });
  const vite = join(root, "node_modules", "vite", "bin", "vite.js");
  const done = Bun.spawnSync([process.execPath, vite, "build", "--logLevel", "warn"], {
    cwd: root,
    // A development build would be twice as large, whatever the shell that builds is set to.
    env: { ...process.env, NODE_ENV: "production" },
    stdout: "pipe",
    stderr: "pipe",
  });
  if (done.exitCode !== 0) {
    throw new Error(
      `the dashboard was not built:\n${done.stdout.toString()}${done.stderr.toString()}`,
    );
  }
  const files = readFolder(folder);
  const manifest: Manifest = JSON.parse(
    readFileSync(join(folder, ".vite", "manifest.json"), "utf8"),
  );
  return pages.map((page) => {
    assertBudget(files, firstLoadFiles(manifest, page), page);
    const name = page.replace(/\.html$/, "");
    const out = join("dist", `${name}.pack`);
    const fresh = join(root, `${out}.${process.pid}.new`);
    const own = filesOf(manifest, page);
    writeFileSync(fresh, pack(new Map([...files].filter(([file]) => own.has(file))), page));
    renameSync(fresh, join(root, out));
    return out;
  });
}

function assertBudget(
  files: ReadonlyMap<string, Uint8Array<ArrayBuffer>>,
  first: readonly string[],
  page: string,
): void {
  const scripts = first.filter((name) => name.endsWith(".js"));
  const sizes = scripts.map((name) => gzip(files.get(name) ?? new Uint8Array()).length);
  const bytes = sizes.reduce((sum, size) => sum + size, 0);
  if (scripts.length === 0) throw new Error(`${page} loads no script: its entry was not found`);
  if (bytes <= firstLoadBytesMax) return;
  throw new Error(
    `${page} loads ${bytes} bytes of compressed script at first, more than ${firstLoadBytesMax}; load what the first page does not need later`,
  );
}
