/** Proves the fallback terminal, and that what it is said not to keep it really does not keep. */
import { startBunPty } from "./bun-pty.ts";
import { ptySuite } from "./pty.suite.ts";

const noJobControl = "the tool leads its session itself, where the kernel stops no job";

ptySuite("bun-pty", startBunPty, {
  "every byte value passes both ways in raw mode":
    "the package hands over strings: what is not UTF-8 is replaced, in both directions",
  "what a slow listener has not taken stays with the tool":
    "a thread of the library reads ahead without bound; pausing holds the tool back all the same",
  "the signal that ended the tool is named": "the library reports a signal as exit code 1",
  "the environment is exactly the one given":
    "the library adds to the environment of this process, and SHELL",
  "signals have their default dispositions and none is blocked":
    "the library resets only some: SIGXFSZ stays ignored, as Bun has it",
  "^Z stops the tool and continueJob wakes it": noJobControl,
  "a tool that stops itself can be woken": noJobControl,
});
