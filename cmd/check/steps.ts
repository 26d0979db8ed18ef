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
  const unit: Step = {
    name: "unit",
    kind: "tests",
    files: files.filter((file) => !file.endsWith(".e2e.test.ts")),
    needs: null,
  };
  if (changed) return [...quick, unit];
  return [
    ...quick,
    program("unused", "knip", "--no-progress"),
    program("build", bun, "cmd/build.ts"),
    unit,
    {
      name: "e2e",
      kind: "tests",
      files: files.filter((file) => file.endsWith(".e2e.test.ts")),
      needs: "build",
    },
  ];
}
