/** Calls the procedures of a running service: as platform staff, or as an organisation with its token. */
import { createTRPCClient, httpLink, TRPCClientError } from "@trpc/client";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { AtlasError } from "../../contracts/errors.ts";
import type { AppRouter } from "../../cloud/router.ts";
import { platformTokenFile } from "../../cloud/secrets.ts";
import type { Cli } from "./cli.ts";

/** In the home of a service with a database of its own: where it listens. */
export const urlFile = "url";

export type Client = ReturnType<typeof createTRPCClient<AppRouter>>;

export const urlOption = [
  "--url <url>",
  "address of the service (or ATLASBRIDGE_CLOUD_URL)",
] as const;

/** As platform staff. Throws `AtlasError` that says what is missing. */
export function clientOf(cli: Cli, url: string | undefined): Client {
  return open(cli, url, cli.settings.platformToken ?? kept(cli, platformTokenFile));
}

function open(cli: Cli, url: string | undefined, token: string | null): Client {
  const address = url ?? cli.variables["ATLASBRIDGE_CLOUD_URL"] ?? kept(cli, urlFile);
  if (token === null || address === null) {
    const what = token === null ? "ATLASBRIDGE_PLATFORM_TOKEN" : "--url";
    const message = `there is no service below ${cli.settings.home}; start one (atlasbridge-cloud serve), or give ${what}`;
    throw new AtlasError("cloud_unreachable", message);
  }
  const headers = { authorization: `Bearer ${token}` };
  return createTRPCClient<AppRouter>({ links: [httpLink({ url: `${address}/trpc`, headers })] });
}

/** As a program of one organisation, with an automation token of it; null when there is none. */
export function ownClientOf(cli: Cli, url: string | undefined): Client | null {
  const token = cli.variables["ATLASBRIDGE_TOKEN"];
  return token === undefined ? null : open(cli, url, token);
}

/** The same where nothing else will do. Throws `AtlasError` that says what is missing. */
export function tenantClientOf(cli: Cli, url: string | undefined): Client {
  const own = ownClientOf(cli, url);
  if (own !== null) return own;
  const message =
    "ATLASBRIDGE_TOKEN is not set: an automation token (abt_…) of the organisation, in the role admin";
  throw new AtlasError("usage", message);
}

function kept({ settings }: Cli, name: string): string | null {
  const file = join(settings.home, name);
  return existsSync(file) ? readFileSync(file, "utf8").trim() : null;
}

/** Turns what the service or the network says into one sentence. */
export async function ask<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof TRPCClientError)) throw error;
    const data: unknown = error.data;
    const isAnswer = typeof data === "object" && data !== null && "code" in data;
    if (!isAnswer) {
      const message = `the service cannot be reached (${error.message}); is it running, and is --url its address?`;
      throw new AtlasError("cloud_unreachable", message, { cause: error });
    }
    const code = data.code === "NOT_FOUND" ? "not_found" : "cloud_refused";
    throw new AtlasError(code, `the service refuses: ${sentenceOf(error.message)}`, {
      cause: error,
    });
  }
}

/** What does not fit a procedure's input comes as a list of its own. */
function sentenceOf(message: string): string {
  try {
    const issues: unknown = JSON.parse(message);
    if (!Array.isArray(issues)) return message;
    return issues
      .map((issue: { path?: unknown[]; message?: string }) =>
        [issue.path?.join("."), issue.message].filter(Boolean).join(": "),
      )
      .join("; ");
  } catch {
    return message;
  }
}
