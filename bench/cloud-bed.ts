/** The compiled service with its own database, for benches: started, administered, and sent what was signed ahead. */
import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { join, resolve } from "node:path";
import { createTRPCClient, httpLink } from "@trpc/client";
import type { AppRouter } from "../cloud/router.ts";
import { connect, type Sql } from "../cloud/store/pool.ts";
import { type Sent, signedRequest, TestAgent, type TestKey } from "../cloud/testing/agent.ts";
import type { UploadBatch } from "../contracts/upload.ts";

export const perBatch = 500;

export const standardBinary = resolve(import.meta.dir, "../dist/atlasbridge-cloud");

export type Place = { folder: string; binary: string };

export type Service = { child: Bun.Subprocess; url: string; home: string };

/** On that disk: a commit on a memory disk costs nothing and says nothing. */
export async function startService({ folder, binary }: Place): Promise<Service> {
  const home = mkdtempSync(join(resolve(folder), ".abc-bench-"));
  chmodSync(home, 0o711);
  const child = Bun.spawn([binary, "serve", "--port", "0", "--home", home, "--json"], {
    env: {
      ...{ PATH: Bun.env["PATH"] ?? "", HOME: home },
      ...Object.fromEntries(
        ["KEY", "AGENT", "TENANT"].map((scope) => [`ATLASBRIDGE_LIMIT_${scope}`, "1000000/60"]),
      ),
    },
    ...{ stdout: "pipe", stderr: Bun.file(join(home, "log")) },
  });
  for await (const chunk of child.stdout) {
    const { url }: { url: string } = JSON.parse(new TextDecoder().decode(chunk));
    return { child, url, home };
  }
  throw new Error("the service did not start");
}

/** As the superuser of its database: for the bare insert, and for looking at what is there. */
export async function openDatabase({ home }: Service, connectionsMax: number): Promise<Sql> {
  const passwords: { postgres: string } = await Bun.file(
    join(home, "postgres-passwords.json"),
  ).json();
  const host = encodeURIComponent(join(home, "postgres", "socket"));
  const url = `postgres://postgres:${passwords.postgres}@localhost/atlasbridge?host=${host}`;
  return connect({ url, name: "bench", connectionsMax });
}

/** Of a tenant of its own. */
export async function newKey({ url, home }: Service): Promise<TestKey> {
  const token = (await Bun.file(join(home, "platform-token")).text()).trim();
  const headers = { authorization: `Bearer ${token}` };
  const client = createTRPCClient<AppRouter>({
    links: [httpLink({ url: `${url}/trpc`, headers })],
  });
  const { tenant_id } = await client.platform.tenants.create.mutate({ name: "Bench" });
  return await client.platform.keys.create.mutate({ tenant_id });
}

export type Load = { batches: UploadBatch[]; sent: Sent[] };

/** What one agent sends, signed ahead: a client's own work is not what is measured. */
export function loadOf(key: TestKey, batches: number, encoding: "zstd" | null): Load {
  const agent = new TestAgent();
  while (agent.seq < batches * perBatch) agent.session(4);
  const all = Array.from({ length: batches }, (_, at) =>
    agent.batch({
      from: at * perBatch + 1,
      to: (at + 1) * perBatch,
      key,
      witnessed: at * perBatch,
    }),
  );
  return { batches: all, sent: all.map((batch) => signedRequest(batch, { key, encoding })) };
}

export async function send({ url }: Service, sent: Sent): Promise<number> {
  const from = performance.now();
  const response = await fetch(`${url}/v1/traces`, sent);
  if (response.status !== 202) throw new Error(await response.text());
  await response.arrayBuffer();
  return performance.now() - from;
}

export async function stopService({ child, home }: Service): Promise<void> {
  child.kill("SIGTERM");
  await child.exited;
  rmSync(home, { recursive: true, force: true });
}
