/** Detection holds its figures on the open recordings, wherever their folders lie beside the repository. */
import { describe, expect, test } from "bun:test";
import { existsSync } from "node:fs";
import { join } from "node:path";
import type { LabGate } from "../contracts/lab.ts";
import { kernelSights } from "../runtime/lab/evidence.ts";
import { unmetOf } from "../runtime/lab/score.ts";
import { gates, measureDetection } from "./detect.ts";

/** What has been reached; the gate of `lab run` is the aim. */
const reached: Readonly<Record<string, LabGate>> = {
  "prompt-corpus": { recall: 0.975, kind: 0.985, options: 0.92, default: 0.98, false: 0 },
  "agent-rig": { recall: 0.99, kind: 0.99, options: 0.98, default: 0.95, idle: 1, false: 0 },
};

for (const [name, least] of Object.entries(reached)) {
  const folder = join(import.meta.dir, "../../shared", name);
  describe.if(existsSync(folder))(name, () => {
    test.each(kernelSights)("is detected as it was (kernel evidence %s)", (sight) => {
      const report = measureDetection(folder, sight);
      expect(unmetOf(report, sight === "on" ? least : gates[sight])).toEqual([]);
      expect(report.false).toEqual([]);
    });
  });
}
