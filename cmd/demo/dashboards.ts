/** The end of the demo: what was governed goes to a cloud of its own, and both dashboards open at it. */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { asked, ownerOf, type Program, type Running, startCloud } from "./cloud.ts";
import { send, simulate } from "./fleet.ts";

export type Where = {
  /** The programs. */
  local: string;
  cloud: string;
  folder: string;
  /** Of the governed sessions. */
  home: string;
  sessions: number;
  isFleet: boolean;
  say(text: string): void;
};

type Key = { key_id: string; secret: string };

const fleetAgents = 12;
const fleetDays = 30;
const fleetSeed = 41_520;

/** Enrols, uploads and looks whether it arrived. Returns what is wrong, or null. */
export async function fillCloud(where: Where): Promise<string | null> {
  const { say } = where;
  const program = { binary: where.cloud, home: join(where.folder, "cloud") };
  mkdirSync(program.home, { recursive: true, mode: 0o711 });
  say("\n── The cloud: it observes, and can act on nothing ──────────────────────────────\n");
  const cloud = await startCloud(program);
  try {
    const { tenant_id: tenant } = await asked<{ tenant_id: string }>(
      platform(program, "tenant", "create", "Demo"),
    );
    const key = await asked<Key>(platform(program, "keys", "create", tenant, "--label", "demo"));
    await enrol(where, cloud, key);
    const owner = await ownerOf(cloud);
    const { rows } = await owner.sessions.list.query({});
    say(`   ${rows.length} sessions arrived, signed and cosigned; no text of any terminal did\n`);
    if (where.isFleet) await addFleet(where, { cloud, owner, program, tenant });
    if (rows.length !== where.sessions) return `${rows.length} sessions reached the cloud`;
    return rows.every(({ command }) => command === null) ? null : "a command reached the cloud";
  } finally {
    await cloud.stop();
  }
}

const platform = ({ binary, home }: Program, ...argv: string[]): string[] => [
  ...[binary, ...argv, "--home", home],
];

async function enrol({ local, home, say }: Where, { url }: Running, key: Key): Promise<void> {
  const run = (args: string[], input = "") => asked([local, ...args, "--home", home], input);
  say(`   $ atlasbridge cloud enroll --url ${url} --key-id ${key.key_id}\n`);
  await run(["cloud", "enroll", "--url", url, "--key-id", key.key_id], key.secret);
  say("   $ atlasbridge cloud sync\n");
  await run(["cloud", "sync"]);
}

type Filling = {
  cloud: Running;
  owner: Awaited<ReturnType<typeof ownerOf>>;
  program: Program;
  tenant: string;
};

async function addFleet({ say }: Where, filling: Filling): Promise<void> {
  const { cloud, owner, program, tenant } = filling;
  const key = await asked<Key>(
    platform(program, "keys", "create", tenant, "--label", "simulated fleet"),
  );
  const fleet = simulate({
    ...{ agents: fleetAgents, days: fleetDays, seed: fleetSeed },
    nowMs: Date.now(),
  });
  const post = (
    { body, ...sent }: { method: "POST"; headers: Record<string, string>; body: Uint8Array },
    path = "/v1/traces",
  ): Promise<Response> => fetch(`${cloud.url}${path}`, { ...sent, body: new Uint8Array(body) });
  for (const one of fleet) {
    await send({ post }, one, key);
    await owner.agents.label.mutate({ agent_id: one.agent.id, label: one.label });
  }
  say(
    `   ${fleet.length} simulated agents sent ${fleetDays} days; their names say that they are\n`,
  );
}

/** Prints where both are, until somebody has seen enough. */
export async function showDashboards(where: Where): Promise<void> {
  const { local, home, say } = where;
  const cloud = await startCloud({ binary: where.cloud, home: join(where.folder, "cloud") });
  const here = Bun.spawn([local, "dashboard", "--port", "0", "--json", "--home", home], {
    stdio: ["ignore", "pipe", "ignore"],
  });
  const { value } = await here.stdout.getReader().read();
  const link = /"url":\s*"([^"]+)"/.exec(new TextDecoder().decode(value))?.[1] ?? "";
  say("\nBoth dashboards are open; each link lets one browser in, once:\n\n");
  say(`   this machine   ${link}\n   the cloud      ${cloud.signIn}\n\n^C ends the demo.\n`);
  await new Promise<void>((resolve) => {
    for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => resolve());
  });
  here.kill("SIGTERM");
  await Promise.all([here.exited, cloud.stop()]);
}
