/** A real Redis for tests, on a port of its own, without anything on disk. */
import { createServer } from "node:net";
import { systemClock } from "../clock.ts";

export type TestRedis = {
  url: string;
  port: number;
  /** Takes connections and does not answer. */
  pause(): void;
  resume(): void;
  stop(): Promise<void>;
};

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  const address = server.address();
  await new Promise((closed) => server.close(closed));
  if (address === null || typeof address === "string") throw new Error("no port");
  return address.port;
}

export async function startRedis(folder: string, port?: number): Promise<TestRedis> {
  const own = port ?? (await freePort());
  const words = ["--port", String(own), "--bind", "127.0.0.1", "--save", "", "--dir", folder];
  const child = Bun.spawn(["redis-server", ...words], { stdout: "pipe", stderr: "ignore" });
  await said(child.stdout, "Ready to accept connections");
  return {
    url: `redis://127.0.0.1:${own}`,
    port: own,
    pause: () => child.kill("SIGSTOP"),
    resume: () => child.kill("SIGCONT"),
    async stop() {
      child.kill("SIGCONT");
      child.kill("SIGKILL");
      await child.exited;
      // Its listener's address is free a moment after.
      const { promise, resolve } = Promise.withResolvers<void>();
      const timer = systemClock.after(1, resolve);
      await promise;
      timer.cancel();
    },
  };
}

async function said(output: ReadableStream<Uint8Array>, words: string): Promise<void> {
  const decoder = new TextDecoder();
  let text = "";
  for await (const chunk of output) {
    text += decoder.decode(chunk, { stream: true });
    if (text.includes(words)) return;
  }
  throw new Error(`redis-server does not start: ${text}`);
}
