/** Erases old content when the runtime runs from source; the compiled program branches to it instead. */
import { retain } from "./retain.ts";

retain(process.argv.slice(2));
