/** The runtime's end of the socket between it and a terminal's leader: whole lines in both directions. */
import type { LeaderReport } from "./leader.ts";

export type LeaderChannel = {
  /** Sends one line, whole, however long; lines after the leader's death are dropped. */
  say(line: string): void;
  close(): void;
};

export type LeaderListener = {
  report(report: LeaderReport): void;
  /** The leader has gone; called once, after its last report. */
  lost(): void;
};

/** Takes over the descriptor. Reports arrive in order. */
export async function openLeaderChannel(
  fd: number,
  listener: LeaderListener,
): Promise<LeaderChannel> {
  const decoder = new TextDecoder();
  let unread = "";
  let unsent = new Uint8Array(0);
  let lost = false;

  const read = (bytes: Uint8Array): void => {
    const lines = (unread + decoder.decode(bytes, { stream: true })).split("\n");
    unread = lines.pop() ?? "";
    // Trusted: the other end is this same program.
    for (const line of lines) listener.report(JSON.parse(line));
  };
  const lose = (): void => {
    if (lost) return;
    lost = true;
    listener.lost();
  };
  const send = (socket: Bun.Socket): void => {
    if (unsent.length === 0) return;
    const sent = socket.write(unsent);
    if (sent > 0) unsent = unsent.subarray(sent);
  };
  const options: Bun.FdSocketOptions = {
    fd,
    socket: {
      data: (_socket, bytes) => read(bytes),
      drain: send,
      close: lose,
      error: lose,
    },
  };
  // Bun takes a descriptor here, as its `FdSocketOptions` says; only the overload is missing.
  const socket = await Bun.connect(options as unknown as Bun.UnixSocketOptions);
  return {
    say(line) {
      unsent = Buffer.concat([unsent, Buffer.from(`${line}\n`)]);
      send(socket);
    },
    close: () => socket.end(),
  };
}
