/** Proves that the CI definitions are what their host reads: known keys, scripts and files that exist, and no more rights than reading. */
import { describe, expect, test } from "bun:test";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { load } from "js-yaml";
import { parts } from "../cmd/mutate/parts.ts";

const root = join(import.meta.dir, "..");
const folder = join(root, ".github", "workflows");
const files = readdirSync(folder);

type Map = Record<string, unknown>;
const isMap = (value: unknown): value is Map => typeof value === "object" && value !== null;
const mapOf = (value: unknown): Map => (isMap(value) && !Array.isArray(value) ? value : {});
const workflow = (file: string): Map => mapOf(load(readFileSync(join(folder, file), "utf8")));

const known = {
  workflow: ["name", "on", "permissions", "concurrency", "jobs"],
  job: [
    "runs-on",
    "timeout-minutes",
    "strategy",
    "steps",
    "needs",
    "env",
    "if",
    "container",
    "permissions",
  ],
  step: ["name", "uses", "with", "run", "env", "if"],
};

const strange = (map: Map, names: readonly string[]): string[] =>
  Object.keys(map).filter((key) => !names.includes(key));

function stepsOf(file: string): Map[] {
  const jobs = Object.values(mapOf(workflow(file)["jobs"])).map(mapOf);
  return jobs.flatMap(({ steps }) => (Array.isArray(steps) ? steps.map(mapOf) : []));
}

test("there is a definition for each thing that must keep holding", () => {
  expect(files.toSorted()).toEqual([
    "check.yaml",
    "cloud.yaml",
    "contract.yaml",
    "release.yaml",
    "soak.yaml",
  ]);
});

test("the cloud is tested on every PostgreSQL, both servers of Redis's protocol and two OpenID providers", () => {
  const jobs = mapOf(workflow("cloud.yaml")["jobs"]);
  const matrixOf = (job: string): Map => mapOf(mapOf(mapOf(jobs[job])["strategy"])["matrix"]);
  const majors = (list: unknown): string[] =>
    Array.isArray(list) ? list.map((one) => String(one).split(".")[0] ?? "") : [];
  expect(majors(matrixOf("postgres")["postgres"])).toEqual(["15", "16", "17", "18"]);
  expect(matrixOf("redis")["server"]).toEqual(["redis:7", "valkey/valkey:8"]);
  expect(majors(matrixOf("oauth")["provider"])).toEqual(["8", "9"]);
});

test("every part that decides is mutated each night", () => {
  const job = mapOf(mapOf(workflow("soak.yaml")["jobs"])["mutate"]);
  const matrix = mapOf(mapOf(job["strategy"])["matrix"]);
  expect(matrix["part"]).toEqual(Object.keys(parts));
});

describe.each(files)("%s", (file) => {
  test("has only keys that the host knows, and every job and step what it needs", () => {
    const whole = workflow(file);
    expect(strange(whole, known.workflow)).toEqual([]);
    const jobs = Object.values(mapOf(whole["jobs"])).map(mapOf);
    expect(jobs.length).toBeGreaterThan(0);
    for (const job of jobs) {
      expect(strange(job, known.job)).toEqual([]);
      expect(job["runs-on"]).toBeString();
      // A job that hangs is to be told, and not paid for.
      expect(job["timeout-minutes"]).toBeDefined();
    }
    const steps = stepsOf(file);
    expect(steps.length).toBeGreaterThan(0);
    for (const step of steps) {
      expect(strange(step, known.step)).toEqual([]);
      expect([step["run"], step["uses"]].filter((one) => typeof one === "string")).toHaveLength(1);
    }
  });

  test("may read, and nothing else", () => {
    expect(workflow(file)["permissions"]).toEqual({ contents: "read" });
  });

  test("lets a job write only where it runs nothing of the repository", () => {
    for (const job of Object.values(mapOf(workflow(file)["jobs"])).map(mapOf)) {
      if (job["permissions"] === undefined) continue;
      const steps = (Array.isArray(job["steps"]) ? job["steps"] : []).map(mapOf);
      for (const { uses, run } of steps) {
        expect(String(uses)).not.toContain("checkout");
        expect(String(run)).not.toMatch(/npm |node |bun |\.\/|\bsh \S/);
      }
    }
  });

  test("names actions by a version, and scripts and test paths that exist", () => {
    const scripts = mapOf(
      mapOf(JSON.parse(readFileSync(join(root, "package.json"), "utf8")))["scripts"],
    );
    for (const { uses, run } of stepsOf(file)) {
      if (typeof uses === "string") expect(uses).toMatch(/^actions\/[a-z-]+@v\d+$/);
      if (typeof run !== "string") continue;
      for (const [, script = ""] of run.matchAll(/npm run ([\w-]+)/g))
        expect(scripts).toHaveProperty(script);
      for (const [, paths = ""] of run.matchAll(/bun test (.+)/g)) {
        for (const path of paths.split(" ")) expect(existsSync(join(root, path))).toBe(true);
      }
    }
  });

  test("starts nothing by what a stranger wrote", () => {
    // Text of a pull request in a command line is a command of whoever opened it.
    for (const { run } of stepsOf(file)) expect(String(run)).not.toContain("${{ github.event");
    expect(Object.keys(mapOf(workflow(file)["on"]))).not.toContain("pull_request_target");
  });
});

describe("a release", () => {
  const jobs = mapOf(workflow("release.yaml")["jobs"]);
  const [build, publish] = [mapOf(jobs["build"]), mapOf(jobs["publish"])];
  const runs = (job: Map): string =>
    (Array.isArray(job["steps"]) ? job["steps"] : [])
      .map((step) => String(mapOf(step)["run"]))
      .join("\n");

  test("comes from a tag alone, is built twice, proven, and published when both are the same", () => {
    expect(mapOf(workflow("release.yaml")["on"])).toEqual({ push: { tags: ["v*"] } });
    expect(mapOf(mapOf(build["strategy"])["matrix"])["builder"]).toHaveLength(2);
    expect(runs(build)).toContain("npm run build -- --release --prove");
    expect(publish["needs"]).toBe("build");
    expect(runs(publish)).toContain("diff first/SHA256SUMS second/SHA256SUMS");
    expect(runs(publish)).toContain("sha256sum --check --strict SHA256SUMS");
    expect(runs(publish)).toContain("--draft");
  });

  test("is attested: who built each file that SHA256SUMS names, and what is in it", () => {
    const attested = stepsOf("release.yaml").flatMap(({ uses, with: what }) =>
      String(uses).startsWith("actions/attest") ? [mapOf(what)] : [],
    );
    expect(attested).toEqual([
      { "subject-checksums": "first/SHA256SUMS" },
      { "subject-path": "first/atlasbridge-*", "sbom-path": "first/sbom.cdx.json" },
    ]);
    const rights = { contents: "write", "id-token": "write", attestations: "write" };
    expect(publish["permissions"]).toEqual(rights);
  });
});
