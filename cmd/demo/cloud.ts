/** The demo's own cloud: the compiled service with a database of its own, and what the demo asks of it as its owner. */
import { createTRPCClient, httpLink } from "@trpc/client";
import type { AppRouter } from "../../cloud/router.ts";

export type Program = { binary: string; home: string };
export type Running = {
  url: string;
  /** Signs in once. */
  signIn: string;
  stop(): Promise<void>;
};

/** Once it says where it listens. */
export async function startCloud({ binary, home }: Program): Promise<Running> {
  const child = Bun.spawn([binary, "serve", "--port", "0", "--home", home, "--json"], {
    stdio: ["ignore", "pipe", "ignore"],
  });
  const stop = async (): Promise<void> => {
    child.kill("SIGTERM");
    await child.exited;
  };
  const { value } = await child.stdout.getReader().read();
  if (value === undefined) throw new Error(`the cloud ended with ${await child.exited}`);
  const told: { url: string; sign_in: string } = JSON.parse(new TextDecoder().decode(value));
  return { url: told.url, signIn: told.sign_in, stop };
}

/** What a command of one of the programs prints as JSON. Throws where it fails. */
export async function asked<T>(argv: readonly string[], input = ""): Promise<T> {
  const child = Bun.spawn([...argv, "--json"], { stdio: [Buffer.from(input), "pipe", "inherit"] });
  const text = await new Response(child.stdout).text();
  if ((await child.exited) !== 0) throw new Error(`${argv.slice(0, 3).join(" ")} failed`);
  return JSON.parse(text);
}

/** As the browser that opens the link would. */
export async function ownerOf({ url, signIn }: Running) {
  const response = await fetch(signIn, {
    method: "POST",
    redirect: "manual",
    headers: { origin: url },
  });
  const cookie = response.headers.getSetCookie()[0]?.split(";")[0];
  if (cookie === undefined) throw new Error(`the link signs nobody in: ${response.status}`);
  const headers = { cookie, origin: url };
  return createTRPCClient<AppRouter>({ links: [httpLink({ url: `${url}/trpc`, headers })] });
}
