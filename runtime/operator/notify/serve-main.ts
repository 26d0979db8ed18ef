/** Sends a notification when the runtime runs from source; the compiled program branches to it instead. */
import { serveNotification } from "./serve.ts";

void serveNotification();
