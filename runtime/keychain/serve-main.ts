/** Asks the keychain when the runtime runs from source; the compiled program branches to it instead. */
import { serveKeychain } from "./serve.ts";

void serveKeychain();
