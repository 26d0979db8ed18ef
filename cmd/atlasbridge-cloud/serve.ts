/** `atlasbridge-cloud serve`: the service, in this terminal, until it is told to end. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { AtlasError, exitCodes } from "../../contracts/errors.ts";
import { systemClock } from "../../cloud/clock.ts";
import { jsonLog } from "../../cloud/log.ts";
import { systemRandom } from "../../cloud/random.ts";
import { serve } from "../../cloud/serve.ts";
import { readAssets } from "../atlasbridge/dashboard/assets.ts";
import { type Cli, note, out, type Register } from "./cli.ts";
import { urlFile } from "./client.ts";

const help = `
Examples:
  $ atlasbridge-cloud serve
  $ DATABASE_URL=postgres://atlasbridge_app@db/atlasbridge REDIS_URL=redis://cache \\
    ATLASBRIDGE_KEY_RING=1:… ATLASBRIDGE_WITNESS_KEY="$(cat witness.key)" atlasbridge-cloud serve --host 0.0.0.0

With no provider to sign in with it prints a link that signs in once. Without DATABASE_URL it starts a PostgreSQL of its own below --home. Its log is JSON lines on standard error. It
speaks plain HTTP: TLS belongs to the proxy before it. SIGTERM and Ctrl+C end it within ten seconds.
`;

type Options = { port: string; host: string };

export const registerServe: Register = (program, run) => {
  program
    .command("serve")
    .description("start the service")
    .option("--port <number>", "port to listen on; 0 for any that is free", "8787")
    .option("--host <address>", "address to listen on", "127.0.0.1")
    .addHelpText("after", help)
    .action(run((cli, options: Options) => runService(cli, options)));
};

async function runService({ settings, json }: Cli, { port, host }: Options): Promise<number> {
  // Heard from the first moment on: ended amid its start, it would leave a database behind.
  const asked = askedToEnd();
  const assets = await readAssets("cloud.pack");
  const service = await serve({
    ...{ assets, settings, host, port: portOf(port), clock: systemClock, random: systemRandom },
    log: jsonLog(systemClock, (line) => process.stderr.write(line)),
  });
  if (service.embedded !== null) writeFileSync(join(settings.home, urlFile), `${service.url}\n`);
  const { url, firstLink } = service;
  const text = firstLink === null ? "" : `Sign in, once, with ${firstLink}\n`;
  out(
    json
      ? `${JSON.stringify({ url, sign_in: firstLink })}\n`
      : `AtlasBridge cloud on ${url}\n${text}`,
  );
  const why = await ended(asked, service.embedded?.ended ?? null);
  if (why === "database")
    note("atlasbridge-cloud: its database has ended, so the service ends too");
  await service.stop();
  return why === "database" ? exitCodes.failed : exitCodes.ok;
}

function portOf(text: string): number {
  const port = Number(text);
  if (Number.isInteger(port) && port >= 0 && port <= 65_535) return port;
  throw new AtlasError("usage", `--port ${text} is no port; give a number from 0 to 65535`);
}

function askedToEnd(): Promise<"asked"> {
  return new Promise((resolve) => {
    for (const signal of ["SIGINT", "SIGTERM"] as const) {
      process.once(signal, () => resolve("asked"));
    }
  });
}

/** Resolves when somebody asks for the end, or the database of our own has gone. */
async function ended(
  asked: Promise<"asked">,
  database: Promise<unknown> | null,
): Promise<"asked" | "database"> {
  return database === null
    ? await asked
    : await Promise.race([asked, database.then(() => "database" as const)]);
}
