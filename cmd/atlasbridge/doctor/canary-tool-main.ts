/** The canary's tool when the runtime runs from source; the compiled program branches to it instead. */
import { sing } from "./canary-tool.ts";

sing();
