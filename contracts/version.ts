/** The version of the program and of the formats that others rely on. */
export const productVersion = "0.1.0";

/** Version of the trace entry's format: fields may be added within it only as optional or as new kinds. */
export const traceFormat = 1;

/** Version of the `--json` output of every command. */
export const outputFormat = 1;
