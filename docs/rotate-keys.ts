/** Rotates every ingestion key of an organisation: the script of the README, as operations would run it. */
import { env, stdout } from "node:process";
import { createTRPCClient, httpLink } from "@trpc/client";
import type { AppRouter } from "../cloud/router.ts";

const headers = { authorization: `Bearer ${env["ATLASBRIDGE_TOKEN"]}` };
const url = `${env["ATLASBRIDGE_CLOUD_URL"]}/trpc`;
const cloud = createTRPCClient<AppRouter>({ links: [httpLink({ url, headers })] });
for (const { key_id, successor_id, revoked_at } of await cloud.keys.list.query()) {
  if (successor_id !== null || revoked_at !== null) continue;
  const next = await cloud.keys.rotate.mutate({ key_id, overlap_hours: 48 });
  stdout.write(`${key_id} -> ${next.key_id} ${next.secret}\n`);
}
