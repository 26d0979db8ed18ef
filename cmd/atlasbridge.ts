/** The `atlasbridge` program: branches to the session leader before anything else is loaded, else runs a command. */
import { leaderArgument, runLeader } from "../runtime/pty/leader.ts";

// A compiled program's argv is [executable, script, ...arguments], as with `bun script`.
if (process.argv[2] === leaderArgument) {
  runLeader();
} else {
  // Not loaded above: the leader has to start in a few milliseconds and stay small.
  void import("./atlasbridge/program.ts").then(({ main }) => main(process.argv));
}
