/** Checks on where files lie and what they are called. */
import type { File, Finding } from "./source.ts";

const folders = ["cmd", "runtime", "cloud", "dashboard", "contracts", "pacts", "bench", "soak"];
const sideFolders = ["docs", ".ci", ".github"];
const rootFiles = new Set([
  ...["README.md", "LICENSE", "install.sh", "CHANGELOG.md", "SECURITY.md", "CONTRIBUTING.md"],
  ...["package.json", "package-lock.json", ".npmrc", ".gitignore", ".gitattributes"],
  ...["bunfig.toml", "tsconfig.json", "biome.json", "knip.json", "oxlint.config.mjs"],
  ...["stryker.config.json", "vite.config.ts", "compose.yaml", "Containerfile", ".dockerignore"],
]);
const extensions = new Set([
  ...["ts", "tsx", "mjs", "mts", "json", "jsonl", "yaml", "md", "sql", "css", "html", "svg", "png"],
  ...["cast", "txt", "toml", "sh", "py", "service", "plist", "woff2", "ico"],
]);
const emptyNames = ["utils", "util", "common", "core", "helpers", "helper", "manager", "engine"];

function misplaced(path: string): string | null {
  const [top = "", ...rest] = path.split("/");
  if (rest.length === 0) {
    return rootFiles.has(top)
      ? null
      : `${top} is not one of the agreed files at the root; move it into a folder, or agree on it in cmd/tidy/places.ts`;
  }
  if (folders.includes(top) || sideFolders.includes(top)) return null;
  return `${top}/ is not one of the eight folders (${folders.join(" ")}); move the file into one of them`;
}

function misnamed(path: string): string | null {
  const name = path.split("/").at(-1) ?? "";
  const extension = /^[^.].*\.([^.]+)$/.exec(name)?.[1];
  const inRecordings = /\/recordings\//.test(path);
  if (extension !== undefined && !extensions.has(extension) && !inRecordings) {
    return `.${extension} is not an agreed kind of file; use one of the agreed ones, or agree on it in cmd/tidy/places.ts`;
  }
  const words = path.split("/").flatMap((part) => part.split(/[.-]/));
  const empty = words.find((word) => emptyNames.includes(word.toLowerCase()));
  if (empty === undefined || inRecordings) return null;
  return `"${empty}" says nothing about what is inside; name it after the step of the story or the thing it adapts`;
}

export function checkPlaces(files: readonly File[]): Finding[] {
  return files.flatMap(({ path }) =>
    [misplaced(path), misnamed(path)]
      .filter((message) => message !== null)
      .map((message) => ({ path, line: 1, message })),
  );
}
