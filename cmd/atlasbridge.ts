/** The `atlasbridge` program: branches to its helper processes before anything else is loaded, else runs a command. */
import { keychainArgument } from "../runtime/keychain/argument.ts";
import { notifyArgument } from "../runtime/operator/notify/argument.ts";
import { canaryArgument } from "./atlasbridge/doctor/canary-argument.ts";
import { retainArgument } from "./atlasbridge/trace/retain-argument.ts";
import { leaderArgument, runLeader } from "../runtime/pty/leader.ts";

// A compiled program's argv is [executable, script, ...arguments], as with `bun script`.
const [, , first, ...rest] = process.argv;
if (first === leaderArgument) {
  runLeader();
} else if (first === keychainArgument) {
  void import("../runtime/keychain/serve.ts").then(({ serveKeychain }) => serveKeychain());
} else if (first === notifyArgument) {
  void import("../runtime/operator/notify/serve.ts").then(({ serveNotification }) =>
    serveNotification(),
  );
} else if (first === canaryArgument) {
  void import("./atlasbridge/doctor/canary-tool.ts").then(({ sing }) => sing());
} else if (first === retainArgument) {
  void import("./atlasbridge/trace/retain.ts").then(({ retain }) => retain(rest));
} else {
  // Not loaded above: the leader has to start in a few milliseconds and stay small.
  void import("./atlasbridge/program.ts").then(({ main }) => main(process.argv));
}
