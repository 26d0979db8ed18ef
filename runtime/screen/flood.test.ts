/** Runs the tests of `flood.example.ts` in a process of their own: memory is judged there, and other tests would blur it. */
import { expect, test } from "bun:test";
import { join } from "node:path";

/** The heap may take several rounds to find its size, on a machine that is busy with others. */
const testMsMax = 60_000;

test(
  "floods cost bounded time and memory",
  () => {
    const file = `./${join("runtime", "screen", "flood.example.ts")}`;
    const root = join(import.meta.dir, "..", "..");
    const { exitCode, stderr } = Bun.spawnSync(
      [process.execPath, "test", `--timeout=${testMsMax}`, file],
      { cwd: root },
    );
    expect({ exitCode, said: exitCode === 0 ? "" : stderr.toString() }).toEqual({
      exitCode: 0,
      said: "",
    });
  },
  5 * testMsMax,
);
