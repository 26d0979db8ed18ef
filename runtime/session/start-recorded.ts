/** Starts the tool and records that it was: nothing that comes from it is looked at before. */
import type { Pty, PtyCommand, PtyListener, StartPty } from "../pty/pty.ts";

export type StartRecorded = {
  start: StartPty;
  command: PtyCommand;
  listener: PtyListener;
  /** Throws where it cannot be recorded: then the tool does not run. */
  record(pty: Pty): void;
};

/** Nothing reaches the listener before `release`: output may come before `start` has returned. Throws what both throw. */
export async function startRecorded({
  start,
  command,
  listener,
  record,
}: StartRecorded): Promise<{ pty: Pty; release(): void }> {
  let held: (() => void)[] | null = [];
  const later = (call: () => void): void => {
    if (held === null) call();
    else held.push(call);
  };
  const pty = await start(command, {
    data: (bytes) => later(() => listener.data(bytes)),
    stopped: () => later(() => listener.stopped()),
    exit: (exit) => later(() => listener.exit(exit)),
  });
  try {
    record(pty);
  } catch (error) {
    pty.signal("SIGKILL");
    pty.close();
    throw error;
  }
  return {
    pty,
    release() {
      const early = held ?? [];
      held = null;
      for (const call of early) call();
    },
  };
}
