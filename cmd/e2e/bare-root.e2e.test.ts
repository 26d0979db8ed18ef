/** The program needs nothing but the C library: it runs in a root folder that holds nothing else, as the first page says. */
import { expect, test } from "bun:test";
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { checksums } from "../build/papers.ts";
import { inBareRoot } from "../build/bare-root.ts";
import { prove, proveCloud } from "../build/prove.ts";
import { blocksOf } from "./doc-blocks.ts";
import { World } from "./world.ts";

/** A namespace of mounts of one's own takes root. */
const canProve = process.platform === "linux" && process.geteuid?.() === 0;
const root = dirname(dirname(import.meta.dir));

// Skipped without root: a root folder of its own takes mounts.
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

// Skipped without root: a root folder of its own takes mounts.
test.skipIf(!canProve)(
  "the service starts its own database with a C++ library besides, and keeps an organisation in it",
  async () => {
    await using world = new World();
    const said = proveCloud(join(dirname(world.binary), "atlasbridge-cloud"));
    expect(said).toMatch(/^AtlasBridge cloud on http:\/\/127\.0\.0\.1:\d+$/m);
    expect(said).toMatch(/^[0-9a-f]{8}-[0-9a-f-]{27}$/m);
  },
  120_000,
);

/** What the install script and the page call, and nothing more. */
const asked = ["cat", "chmod", "cp", "dirname", "grep", "mkdir", "mktemp", "mv", "rm", "sha256sum"];
const aMinute = 60_000;

// Skipped without root: a root folder of its own takes mounts.
test.skipIf(!canProve)(
  "a newcomer with a shell follows docs/start.md to the letter, from the install on, within a minute",
  async () => {
    await using world = new World();
    const release = world.path("release");
    const program = `atlasbridge-linux-${process.arch}`;
    mkdirSync(release);
    symlinkSync(world.binary, join(release, program));
    writeFileSync(join(release, "SHA256SUMS"), checksums(release, [program]));
    const blocks = blocksOf(root, "docs/start.md").flatMap((block) => {
      const isInstall = block.text.startsWith("sh dist/release/install.sh");
      if (block.kind !== "run" && !isInstall) return [];
      return [{ ...block, code: block.kind === "run" ? block.code : 0 }];
    });
    expect(blocks.length).toBeGreaterThan(6);
    const script = blocks.map(({ text, line, code }) => {
      const wrong = `echo "line ${line} does not end with ${code}" >&2; exit 1`;
      return `(set -e\n${text})\n[ $? = ${code} ] || { ${wrong}; }`;
    });
    const begun = performance.now();
    const said = inBareRoot({
      files: {
        [`/root/dist/release/${program}`]: world.binary,
        "/root/dist/release/SHA256SUMS": join(release, "SHA256SUMS"),
        "/root/dist/release/install.sh": join(root, "install.sh"),
      },
      programs: ["sh", "uname", ...asked],
      script: script.join("\n"),
    });
    expect(said).toContain("is in /root/.local/bin/atlasbridge");
    expect(said).toContain("all is quiet here");
    expect(said).toContain("trace is whole");
    expect(performance.now() - begun).toBeLessThan(aMinute);
  },
  2 * aMinute,
);
