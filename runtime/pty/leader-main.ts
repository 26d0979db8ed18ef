/** Starts the leader when the runtime runs from source; the compiled program branches to it instead. */
import { runLeader } from "./leader.ts";

runLeader();
