/** How long it takes to start: a governed `true`, and the smallest command, beside `script` and an empty Bun program. */
import { absent, type Bed, type Bench, governed, has, takeTurns } from "./bed.ts";
import { beside, type Figure } from "./figure.ts";

export const startup: Bench = {
  about: "wall time of `run -- true` and `version`, against script and an empty Bun program",
  peers: ["script"],
  async measure(bed) {
    const script = ["script", "-q", "-c", "true", "/dev/null"];
    const results = await takeTurns(bed.quick ? 5 : 30, {
      run: () => wall(governed(bed, "true"), bed),
      version: () => wall([bed.binary, "version"], bed),
      bun: () => wall([process.execPath, "-e", "0"], bed),
      ...(has("script") ? { script: () => wall(script, bed) } : {}),
    });
    const { run = [], version = [], bun, script: theirs } = results;
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
    ] satisfies Figure[];
  },
};

async function wall(argv: readonly string[], { folder }: Bed): Promise<number> {
  const from = performance.now();
  const child = Bun.spawn([...argv], { cwd: folder, stdio: ["ignore", "ignore", "ignore"] });
  const code = await child.exited;
  const ms = performance.now() - from;
  if (code !== 0) throw new Error(`${argv.join(" ")} ended with ${code}`);
  return ms;
}
