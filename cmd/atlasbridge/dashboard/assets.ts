/** A dashboard's files: those that the executable carries, or from source those that were built last. */
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import * as z from "zod";
import { AtlasError } from "../../../contracts/errors.ts";
import type { Asset } from "../../../runtime/operator/local-server.ts";

const index = z.array(
  z.strictObject({ path: z.string(), type: z.string(), bytes: z.int().min(0) }),
);

/** As `cmd/build.ts` packs them for each home: one line of JSON, then each file's compressed bytes. */
type PackName = "dashboard.pack" | "cloud.pack";

/** By path. Throws `internal` where there are none. */
export async function readAssets(
  packName: PackName = "dashboard.pack",
): Promise<Map<string, Asset>> {
  const carried = Bun.embeddedFiles.find((file) => "name" in file && file.name === packName);
  return unpack(
    carried === undefined ? built(packName) : new Uint8Array(await carried.arrayBuffer()),
  );
}

function built(packName: PackName): Uint8Array<ArrayBuffer> {
  const file = join(dirname(dirname(dirname(import.meta.dir))), "dist", packName);
  if (existsSync(file)) return new Uint8Array(readFileSync(file));
  throw new AtlasError("internal", `${file} is not there; run: npm run build`);
}

function unpack(bytes: Uint8Array<ArrayBuffer>): Map<string, Asset> {
  const end = bytes.indexOf(10);
  const files = index.parse(JSON.parse(new TextDecoder().decode(bytes.subarray(0, end))));
  const assets = new Map<string, Asset>();
  let at = end + 1;
  for (const { path, type, bytes: length } of files) {
    assets.set(path, { type, gzip: bytes.subarray(at, at + length) });
    at += length;
  }
  return assets;
}
