/** A release: the program for every machine, byte for byte the same from the same sources, with the papers beside it. */
import { chmodSync, copyFileSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { build, gitCommit, packDashboard } from "../build.ts";
import { billOfMaterials, checksums, notices } from "./papers.ts";
import { proveAll } from "./prove.ts";
import { packPostgres } from "./postgres.ts";
import { cloudFileOf, fileOf, runtimeOf, type Target, targets } from "./targets.ts";

const releaseFolder = join("dist", "release");

export type ReleaseOptions = { only: readonly string[]; force: boolean };

/** Builds all targets, or `only` those named. Returns the names of the files, relative to the release's folder. */
function release(root: string, { only, force }: ReleaseOptions): string[] {
  const folder = join(root, releaseFolder);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const wanted = targets.filter(({ name }) => only.length === 0 || only.includes(name));
  const programs = wanted.flatMap((target) => programsFor(root, target, force));
  copyFileSync(join(root, "install.sh"), join(folder, "install.sh"));
  chmodSync(join(folder, "install.sh"), 0o755);
  writeFileSync(join(folder, "sbom.cdx.json"), billOfMaterials(root));
  writeFileSync(join(folder, "THIRD-PARTY-NOTICES.txt"), notices(root));
  copyFileSync(join(root, "LICENSE"), join(folder, "LICENSE"));
  const files = [...programs, "install.sh", "sbom.cdx.json", "THIRD-PARTY-NOTICES.txt", "LICENSE"];
  writeFileSync(join(folder, "SHA256SUMS"), checksums(folder, files));
  process.stderr.write(`build: ${releaseFolder}/SHA256SUMS has the checksums\n`);
  return [...files, "SHA256SUMS"];
}

/** As the command line has it. Returns the exit code. */
export function releaseAndProve(root: string, asked: ReleaseOptions & { prove: boolean }): number {
  const unknown = asked.only.find((name) => !targets.some((target) => target.name === name));
  if (unknown !== undefined) {
    const known = targets.map(({ name }) => name).join(", ");
    process.stderr.write(`build: there is no target "${unknown}"; there are ${known}\n`);
    return 2;
  }
  release(root, asked);
  return asked.prove ? proveAll(join(root, releaseFolder)) : 0;
}

type Program = { entry: string; file: string; carries: readonly string[] };

/** Names of the files that were built for it. */
function programsFor(root: string, target: Target, force: boolean): string[] {
  const { local, cloud } = packDashboard(root, force);
  const cloudFile = cloudFileOf(target);
  const postgres = cloudFile === null ? null : packPostgres(root, target);
  const programs: Program[] = [
    { entry: "cmd/atlasbridge.ts", file: fileOf(target), carries: [local] },
  ];
  if (cloudFile !== null) {
    const carries = [cloud, ...(postgres === null ? [] : [postgres])];
    programs.push({ entry: "cmd/atlasbridge-cloud.ts", file: cloudFile, carries });
  }
  for (const program of programs) buildFor(root, target, program);
  return programs.map(({ file }) => file);
}

function buildFor(root: string, target: Target, { entry, file, carries }: Program): void {
  const start = performance.now();
  const done = build({
    ...{ root, entry, outfile: join(releaseFolder, file), carries, force: true },
    commit: gitCommit(root),
    target: { name: target.bun, runtime: runtimeOf(root, target) },
  });
  if (done.result === "failed") throw new Error(`${file} was not built: ${done.output}`);
  rmSync(join(root, releaseFolder, `${file}.stamp`), { force: true });
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  const size = `${(done.bytes / 1_000_000).toFixed(1)} MB`;
  process.stderr.write(`build: ${releaseFolder}/${file}, ${size} (${seconds} s)\n`);
}
