/** The version of the program and of the formats that others rely on. */
export const productVersion = "0.1.0";

/** Put in place of this name by `cmd/build.ts` (`--define`); nothing defines it when running from source. */
declare const ATLASBRIDGE_COMMIT: string | undefined;

/** Git commit the executable was built from, with `+changes` when files differed from it; null when run from source. */
export const buildCommit: string | null =
  typeof ATLASBRIDGE_COMMIT === "string" ? ATLASBRIDGE_COMMIT : null;

/** Version of the trace entry's format: fields may be added within it only as optional or as new kinds. */
export const traceFormat = 1;

/** Version of the `--json` output of every command. */
export const outputFormat = 1;
