/** Takes e-mail on loopback and keeps it. */
export type SmtpSink = { url: string; letters: string[]; isRefusing: boolean; stop(): void };

type State = { text: string; isData: boolean };

/** RFC 5321, as far as a sender needs it. */
export function startSmtp(): SmtpSink {
  const letters: string[] = [];
  const listener = Bun.listen<State>({
    hostname: "127.0.0.1",
    port: 0,
    socket: {
      open(socket) {
        socket.data = { text: "", isData: false };
        socket.write("220 sink\r\n");
      },
      data(socket, bytes) {
        const state = socket.data;
        state.text += bytes.toString();
        for (;;) {
          const end = state.isData ? "\r\n.\r\n" : "\r\n";
          const at = state.text.indexOf(end);
          if (at < 0) return;
          const said = state.text.slice(0, at);
          state.text = state.text.slice(at + end.length);
          if (state.isData) letters.push(said);
          const isData = !state.isData && /^data$/i.test(said);
          state.isData = isData;
          if (sink.isRefusing) socket.write("554 no\r\n");
          else
            socket.write(
              isData ? "354 go on\r\n" : /^quit/i.test(said) ? "221 bye\r\n" : "250 ok\r\n",
            );
        }
      },
    },
  });
  const sink: SmtpSink = {
    url: `smtp://127.0.0.1:${listener.port}`,
    letters,
    isRefusing: false,
    stop: () => listener.stop(true),
  };
  return sink;
}
