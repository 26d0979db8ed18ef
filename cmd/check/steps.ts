/** The steps of `npm test`, fastest failure first, each as data. */

export type Step =
  | {
      name: string;
      /** Counted as one test: it passes or fails as a whole. */
      kind: "program";
      argv: readonly string[];
    }
  | {
      name: string;
      /** Counted test by test. */
      kind: "tests";
      files: readonly string[];
      /** Tests and files in an order drawn by the seed; else as they are written. */
      isShuffled: boolean;
      /** No other step runs meanwhile: what people see in time is looked at. */
      isAlone: boolean;
      /** The step that must have passed before this one can mean anything. */
      needs: string | null;
    };

export type StepOptions = {
  root: string;
  /** Only what the inner loop needs: no executable, and only tests that a changed file reaches. */
  changed: boolean;
  /** Test files whose path holds one of these; all when empty. */
  paths: readonly string[];
};

const testFolders = "{cmd,runtime,cloud,dashboard,contracts,pacts,bench,soak}";

/** Every test file under the agreed folders, relative to `root`, sorted. */
function testFiles(root: string): string[] {
  return [...new Bun.Glob(`${testFolders}/**/*.test.ts`).scanSync({ cwd: root })].sort();
}

const hasFiles = (step: Step) => step.kind === "tests" && step.files.length > 0;

export function stepsFor({ root, changed, paths }: StepOptions): Step[] {
  const program = (name: string, ...argv: string[]): Step => ({ name, kind: "program", argv });
  const wanted = (file: string) => paths.length === 0 || paths.some((path) => file.includes(path));
  const files = testFiles(root).filter(wanted);
  const bun = process.execPath;
  const quick = [
    program("format", "biome", "format", "."),
    program("tidy", bun, "cmd/tidy.ts"),
    program("types", "tsc"),
    // A browser has other globals than a program.
    program("page-types", "tsc", "-p", "dashboard"),
    program("lint", "oxlint", "-c", "oxlint.config.mjs", "--type-aware", "--deny-warnings"),
  ];
  const isEndToEnd = (file: string) => file.endsWith(".e2e.test.ts");
  const isOfService = (file: string) => /^(cloud|pacts|soak)\//.test(file);
  const plain = files.filter((file) => !isEndToEnd(file));
  const tests = (name: string, chosen: readonly string[], needs: string | null): Step => ({
    name,
    kind: "tests",
    files: chosen,
    // Some files of the service tell a story over one database, test by test.
    isShuffled: name !== "service",
    isAlone: name === "e2e",
    needs,
  });
  const unit = tests(
    "unit",
    plain.filter((file) => !isOfService(file)),
    null,
  );
  const service = tests("service", plain.filter(isOfService), null);
  if (changed) return [...quick, unit, service];
  const all = [unit, service, tests("e2e", files.filter(isEndToEnd), "build")];
  // Words that fit no file at all must fail a step; words that fit some leave the other steps out.
  const chosen = paths.length > 0 && files.length > 0 ? all.filter(hasFiles) : all;
  return [
    ...quick,
    program("unused", "knip", "--no-progress"),
    program("build", bun, "cmd/build.ts"),
    ...chosen,
  ];
}
