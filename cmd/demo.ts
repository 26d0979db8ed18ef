/** `npm run demo`: governs real programs with the compiled binary, tells what was asked, decided and typed, and opens both dashboards at it. */
import { chmodSync, existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { account } from "./demo/account.ts";
import { fillCloud, showDashboards, type Where } from "./demo/dashboards.ts";
import { governedRun } from "./demo/governed-run.ts";
import { demoPolicy, type Scene, scenes } from "./demo/scenes.ts";

const binary = resolve(import.meta.dir, "../dist/atlasbridge");
const cloudBinary = resolve(import.meta.dir, "../dist/atlasbridge-cloud");
/** Runs, checks and ends, for programs that look at its exit code. */
const isOnce = process.argv.includes("--once");
/** Adds simulated agents to the cloud, under names that say so. */
const isFleet = process.argv.includes("--fleet");

/** Plays every scene; returns the exit code: 0 when each ended as it should and the trace verifies. */
async function demo(): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), "atlasbridge-demo-"));
  // The database runs under another account, which has to pass through.
  chmodSync(folder, 0o711);
  const home = join(folder, "home");
  try {
    await Bun.write(join(folder, "policy.yaml"), demoPolicy);
    say(`The policy of this demo (${demoPolicy.split("\n").length} lines):\n`);
    say(indent(demoPolicy));
    let failed = 0;
    for (const scene of scenes) failed += (await play(scene, { folder, home })) ? 0 : 1;
    failed += (await command(["sessions", "list"], home)) === 0 ? 0 : 1;
    failed += (await command(["trace", "verify"], home)) === 0 ? 0 : 1;
    const where: Where = {
      ...{ local: binary, cloud: cloudBinary, folder, home, isFleet, say },
      sessions: scenes.length,
    };
    const fault = await fillCloud(where);
    if (fault !== null) say(`   ✗ ${fault}\n`);
    failed += fault === null ? 0 : 1;
    say(failed === 0 ? "\nEvery scene ended as it should.\n" : `\n${failed} scenes FAILED.\n`);
    if (failed === 0 && !isOnce) await showDashboards(where);
    return failed === 0 ? 0 : 1;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function play(scene: Scene, where: { folder: string; home: string }): Promise<boolean> {
  say(`\n── ${scene.title} ${"─".repeat(Math.max(0, 76 - scene.title.length))}\n`);
  const cwd = join(where.folder, scene.name);
  await scene.prepare(cwd);
  say(`   $ atlasbridge run --policy policy.yaml -- ${scene.shown}\n\n`);
  const run = await governedRun({
    binary,
    home: where.home,
    cwd,
    policy: join(where.folder, "policy.yaml"),
    scene,
  });
  say(account(run.entries));
  const wrong = await scene.check({ cwd, ...run });
  say(wrong === null ? `   ✓ ${scene.proof}\n` : `   ✗ ${wrong}\n${indent(run.screen)}`);
  return wrong === null;
}

async function command(args: string[], home: string): Promise<number> {
  say(`\n$ atlasbridge ${args.join(" ")}\n`);
  const child = Bun.spawn([binary, ...args, "--home", home], {
    stdio: ["ignore", "inherit", "inherit"],
  });
  return await child.exited;
}

function say(text: string): void {
  process.stdout.write(text);
}

function indent(text: string): string {
  return text.replaceAll(/^(?=.)/gm, "   │ ");
}

if (!existsSync(binary) || !existsSync(cloudBinary)) {
  const build = Bun.spawn([process.execPath, join(import.meta.dir, "build.ts")], {
    stdio: ["ignore", "inherit", "inherit"],
  });
  if ((await build.exited) !== 0) process.exit(1);
}
process.exit(await demo());
