/** What goes beside a release's programs: checksums, the list of what is in them (CycloneDX), and others' licences. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { readLock, runOrThrow } from "./targets.ts";

/** As `sha256sum --check` reads it. */
export function checksums(folder: string, files: readonly string[]): string {
  const lines = [...files].sort().map((file) => {
    const hasher = new Bun.CryptoHasher("sha256").update(readFileSync(join(folder, file)));
    return `${hasher.digest("hex")}  ${file}\n`;
  });
  return lines.join("");
}

/** CycloneDX 1.5 of what the lock file names for the program; the same text for the same lock file. */
export function billOfMaterials(root: string): string {
  // Not `--omit=dev`: that leaves out what both the program and some tool stand on, such as zod.
  const args = ["--sbom-format=cyclonedx", "--package-lock-only"];
  const bill: Bill = JSON.parse(runOrThrow(["npm", "sbom", ...args], root));
  const shipped = new Set(shippedPackages(root).map(({ name, version }) => `${name}@${version}`));
  const isShipped = (ref: string): boolean => shipped.has(ref) || ref === rootOf(bill);
  bill.components = bill.components.filter((one) => isShipped(one["bom-ref"]));
  bill.dependencies = bill.dependencies
    .filter(({ ref }) => isShipped(ref))
    .map(({ ref, dependsOn }) => ({ ref, dependsOn: dependsOn.filter(isShipped) }));
  // Optional in the format, and different each time.
  delete bill.serialNumber;
  delete bill.metadata.timestamp;
  // npm names the folder; the version of npm says nothing about what is in the program.
  bill.metadata.component.name = "atlasbridge";
  delete bill.metadata.tools;
  bill.components.push(bunComponent());
  return `${JSON.stringify(bill, null, 2)}\n`;
}

type Bill = {
  serialNumber?: string;
  metadata: { timestamp?: string; tools?: unknown; component: { "bom-ref": string; name: string } };
  components: { "bom-ref": string }[];
  dependencies: { ref: string; dependsOn: string[] }[];
};

const rootOf = ({ metadata }: Bill): string => metadata.component["bom-ref"];

/** A tool of the build to npm, and yet most of every program's bytes. */
function bunComponent() {
  return {
    ...{ "bom-ref": `bun@${Bun.version}`, type: "framework", name: "bun", version: Bun.version },
    purl: `pkg:npm/bun@${Bun.version}`,
    licenses: [{ license: { id: "MIT" } }, { license: { id: "LGPL-2.1-only" } }],
  };
}

const licenceFile = /^(licen[cs]e|copying|notice)/i;

type Shipped = { path: string; name: string; version: string };

/** Where npm puts what the program may hold: not what only tools need, nor what a library only expects beside it. */
function shippedPackages(root: string): Shipped[] {
  return Object.entries(readLock(root).packages).flatMap(([path, locked]) => {
    if (path === "" || locked === undefined) return [];
    if (locked.dev === true || locked.peer === true || locked.devOptional === true) return [];
    const name = path.slice(path.lastIndexOf("node_modules/") + "node_modules/".length);
    return [{ path, name, version: locked.version }];
  });
}

/** The licence of every package that the program may hold, as its authors wrote it. */
export function notices(root: string): string {
  const parts = shippedPackages(root).flatMap(({ path }) => noticeOf(root, path));
  return [bunNotice, ...parts].join(`\n${"-".repeat(80)}\n\n`);
}

const bunNotice = `bun ${Bun.version}: MIT. The program contains Bun, which links JavaScriptCore and other parts of WebKit
(LGPL-2.1); Bun's sources, those of its WebKit and how to link them anew are at https://github.com/oven-sh/bun.
`;

/** Nothing for what is not installed here: packages for other machines are not in the program. */
function noticeOf(root: string, path: string): string[] {
  const folder = join(root, path);
  let manifest: { name: string; version: string; license?: string };
  try {
    manifest = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  } catch {
    return [];
  }
  const texts = readdirSync(folder, { withFileTypes: true })
    .filter((one) => one.isFile() && licenceFile.test(one.name))
    .map((one) => readFileSync(join(folder, one.name), "utf8").trim());
  const head = `${manifest.name} ${manifest.version}: ${manifest.license ?? "see its authors"}`;
  return [`${[head, ...texts].join("\n\n")}\n`];
}
