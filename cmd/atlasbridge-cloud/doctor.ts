/** `atlasbridge-cloud doctor`: whether the settings fit together and the database keeps tenants apart. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { exitCodes } from "../../contracts/errors.ts";
import { openPool } from "../../cloud/store/pool.ts";
import { faultsOf } from "../../cloud/store/validate.ts";
import { type Cli, print, type Register } from "./cli.ts";
import { urlFile } from "./client.ts";

type Finding = { check: string; ok: boolean; detail: string };

export const registerDoctor: Register = (program, run) => {
  program
    .command("doctor")
    .description("check the settings, the database and the running service")
    .addHelpText("after", "\nExample:\n  $ atlasbridge-cloud doctor --json\n")
    .action(
      run(async (cli) => {
        const findings = [
          ...(await databaseFindings(cli)),
          secretFinding(cli),
          ...(await ofService(cli)),
        ];
        print(cli, { findings }, () =>
          findings.map(
            ({ check, ok, detail }) => `${ok ? "ok    " : "FAULT "} ${check}: ${detail}`,
          ),
        );
        return findings.every(({ ok }) => ok) ? exitCodes.ok : exitCodes.failed;
      }),
    );
};

async function databaseFindings({ settings }: Cli): Promise<Finding[]> {
  const { databaseUrl, home } = settings;
  if (databaseUrl === null) {
    const isThere = existsSync(join(home, "postgres", "data", "PG_VERSION"));
    const detail = isThere ? `embedded, in ${home}` : `embedded; "serve" makes it in ${home}`;
    return [{ check: "database", ok: true, detail }];
  }
  const pool = openPool({ url: databaseUrl, name: "atlasbridge-doctor", connectionsMax: 2 });
  try {
    const faults = await faultsOf(pool);
    if (faults.length === 0) return [{ check: "database", ok: true, detail: "tenants are apart" }];
    return faults.map((detail) => ({ check: "database", ok: false, detail }));
  } catch (error) {
    const detail = `cannot be reached: ${error instanceof Error ? error.message : String(error)}`;
    return [{ check: "database", ok: false, detail }];
  } finally {
    await pool.end();
  }
}

function secretFinding({ settings }: Cli): Finding {
  const { databaseUrl, keyRing, witnessKey } = settings;
  if (databaseUrl === null)
    return { check: "secrets", ok: true, detail: "kept in files of --home" };
  const missing = [
    ...(keyRing === null ? ["ATLASBRIDGE_KEY_RING"] : []),
    ...(witnessKey === null ? ["ATLASBRIDGE_WITNESS_KEY"] : []),
  ];
  if (missing.length === 0) return { check: "secrets", ok: true, detail: "given" };
  return { check: "secrets", ok: false, detail: `not set: ${missing.join(", ")}` };
}

async function ofService({ settings, variables }: Cli): Promise<Finding[]> {
  const file = join(settings.home, urlFile);
  const kept = existsSync(file) ? (await Bun.file(file).text()).trim() : null;
  const url = variables["ATLASBRIDGE_CLOUD_URL"] ?? kept;
  if (url === null) return [];
  try {
    const response = await fetch(`${url}/readyz`);
    return [{ check: "service", ok: response.ok, detail: `${url}: ${await response.text()}` }];
  } catch {
    return [{ check: "service", ok: false, detail: `${url} does not answer` }];
  }
}
