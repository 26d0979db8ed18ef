/** The program needs nothing but the C library: it runs in a root folder that holds nothing else. */
import { expect, test } from "bun:test";
import { prove } from "../build/prove.ts";
import { World } from "./world.ts";

/** A namespace of mounts of one's own takes root. */
const canProve = process.platform === "linux" && process.geteuid?.() === 0;

test.skipIf(!canProve)(
  "with the C library alone it governs a session, and the trace is whole",
  async () => {
    await using world = new World();
    const said = prove(world.binary);
    expect(said).toContain('"version"');
    expect(said).toMatch(/^atlasbridge \d/m);
    expect(said).toContain("trace is whole: 6 entries, 1 sessions");
  },
  60_000,
);
