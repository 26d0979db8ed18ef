/** How long it takes to start, and how large what starts is: a governed `true` and the smallest commands, beside `script` and Bun itself. */
import { statSync } from "node:fs";
import { dirname, join } from "node:path";
import { absent, type Bed, type Bench, governed, has, takeTurns } from "./bed.ts";
import { beside, type Figure } from "./figure.ts";

export const startup: Bench = {
  about: "wall time of `run -- true` and `version`, and sizes, against script and Bun itself",
  peers: ["script"],
  async measure(bed) {
    const script = ["script", "-q", "-c", "true", "/dev/null"];
    const results = await takeTurns(bed.quick ? 5 : 30, {
      run: () => wall(governed(bed, "true"), bed),
      version: () => wall([bed.binary, "version"], bed),
      cloud: () => wall([cloudOf(bed), "--version"], bed),
      bun: () => wall([process.execPath, "-e", "0"], bed),
      ...(has("script") ? { script: () => wall(script, bed) } : {}),
    });
    const { run = [], version = [], cloud = [], bun, script: theirs } = results;
    return [
      {
        ...{ what: "start: run -- true, median", unit: "ms" },
        ...beside(run, ["script", theirs]),
        ...(theirs === undefined ? { missing: absent("script") } : {}),
        target: { of: "value", atMost: 120 },
      },
      {
        ...{ what: "start: version, median", unit: "ms" },
        ...beside(version, ["bun -e 0", bun]),
        target: { of: "value", atMost: 60 },
        published: "the Python AtlasBridge 402 ms",
      },
      {
        ...{ what: "start: atlasbridge-cloud --version, median", unit: "ms" },
        ...beside(cloud, ["bun -e 0", bun]),
        target: null,
      },
      sized("size: atlasbridge", bed.binary, 130),
      sized("size: atlasbridge-cloud, with its PostgreSQL", cloudOf(bed), 150),
    ] satisfies Figure[];
  },
};

/** Built beside it. */
const cloudOf = ({ binary }: Bed): string => join(dirname(binary), "atlasbridge-cloud");

/** Beside what every program of Bun carries. */
function sized(what: string, file: string, atMost: number): Figure {
  const megabytes = (path: string): number => statSync(path).size / 1_000_000;
  return {
    ...{ what, unit: "MB", ours: megabytes(file), runs: 1 },
    peer: { name: "bun", value: megabytes(process.execPath) },
    target: { of: "value", atMost },
  };
}

async function wall(argv: readonly string[], { folder }: Bed): Promise<number> {
  const from = performance.now();
  const child = Bun.spawn([...argv], { cwd: folder, stdio: ["ignore", "ignore", "ignore"] });
  const code = await child.exited;
  const ms = performance.now() - from;
  if (code !== 0) throw new Error(`${argv.join(" ")} ended with ${code}`);
  return ms;
}
