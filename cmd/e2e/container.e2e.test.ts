/** The container files: what they name exists, and what they would run runs, without any right, from a root that is read-only and all but empty. */
import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join, resolve } from "node:path";
import { parse } from "yaml";
import * as z from "zod";
import { readOwnerUrl, readSettings } from "../../cloud/config.ts";
import { systemRandom } from "../../cloud/random.ts";
import { secretsOf } from "../../cloud/secrets.ts";
import { startDatabase, type TestDatabase } from "../../cloud/testing/service.ts";
import { buildProgram } from "../atlasbridge-cloud/program.ts";

setDefaultTimeout(60_000);

const root = resolve(import.meta.dir, "../..");
const text = (file: string): string => readFileSync(join(root, file), "utf8");

const service = z.strictObject({
  image: z.string().optional(),
  build: z.strictObject({ context: z.string(), dockerfile: z.string() }).optional(),
  command: z.array(z.string()).optional(),
  environment: z.record(z.string(), z.string()).optional(),
  configs: z.array(z.strictObject({ source: z.string(), target: z.string() })).optional(),
  volumes: z.array(z.string()).optional(),
  healthcheck: z.record(z.string(), z.unknown()).optional(),
  depends_on: z.record(z.string(), z.strictObject({ condition: z.string() })).optional(),
  ports: z.array(z.string()).optional(),
  stop_grace_period: z.string().optional(),
  read_only: z.boolean().optional(),
  cap_drop: z.array(z.string()).optional(),
  security_opt: z.array(z.string()).optional(),
});
const composeFile = z.strictObject({
  services: z.record(z.string(), service),
  volumes: z.record(z.string(), z.null()),
  configs: z.record(z.string(), z.strictObject({ content: z.string() })),
});
const compose = composeFile.parse(parse(text("compose.yaml")));
const services = Object.entries(compose.services);
/** As compose fills in what a person has put into `.env`. */
const filled = (value: string): string => value.replaceAll(/\$\{(\w+):\?\}/g, "of_$1");

describe("compose.yaml", () => {
  test("names services, volumes and configs that are there, and waits for what can be waited for", () => {
    for (const [name, one] of services) {
      expect({ name, isOne: (one.image === undefined) !== (one.build === undefined) }).toEqual({
        ...{ name, isOne: true },
      });
      for (const [other, { condition }] of Object.entries(one.depends_on ?? {})) {
        const waited = compose.services[other];
        expect({ other, isThere: waited !== undefined }).toEqual({ other, isThere: true });
        if (condition === "service_healthy") expect(waited?.healthcheck).toBeDefined();
        else expect(condition).toBe("service_completed_successfully");
      }
      for (const volume of one.volumes ?? []) {
        expect(Object.keys(compose.volumes)).toContain(volume.split(":")[0] ?? "");
      }
      for (const { source } of one.configs ?? []) {
        expect(Object.keys(compose.configs)).toContain(source);
      }
    }
  });

  test("runs commands that the program has, on the port that the image opens, with settings that it reads", () => {
    const commands = buildProgram().commands.map((one) => one.name());
    for (const [, { build, command, environment, ports }] of services) {
      if (build === undefined) continue;
      expect(existsSync(join(root, build.context, build.dockerfile))).toBe(true);
      expect(commands).toContain(command?.[0] ?? "");
      const variables = Object.fromEntries(
        Object.entries(environment ?? {}).map(([name, value]) => [name, filled(value)]),
      );
      if (command?.[0] === "migrate") expect(readOwnerUrl(variables)).toContain("@database/");
      else expect(readSettings(variables, "/").redisUrl).toBe("redis://cache");
      const exposed = /^EXPOSE (\d+)$/m.exec(text("Containerfile"))?.[1];
      for (const port of ports ?? []) expect(port).toEndWith(`:${exposed}`);
    }
  });

  test("asks for what its head says, and for nothing else", () => {
    const asked = [...text("compose.yaml").matchAll(/\$\{(\w+):\?\}/g)].map(([, name]) => name);
    const told = [...text("compose.yaml").matchAll(/^#\s{3}(\w+)=/gm)].map(([, name]) => name);
    expect(new Set(asked)).toEqual(new Set(told));
  });
});

describe("Containerfile", () => {
  test("copies what the build makes, keeps out what is not source, and starts what it has copied", () => {
    const file = text("Containerfile");
    const target = /^COPY --from=build \/src\/dist\/atlasbridge-cloud (\S+)$/m.exec(file)?.[1];
    expect(JSON.parse(/^ENTRYPOINT (.*)$/m.exec(file)?.[1] ?? "[]")).toEqual([target]);
    const [command] = JSON.parse(/^CMD (.*)$/m.exec(file)?.[1] ?? "[]");
    expect(buildProgram().commands.map((one) => one.name())).toContain(command);
    const { scripts }: { scripts: Record<string, string> } = JSON.parse(text("package.json"));
    const script = /^RUN npm run (\w+)$/m.exec(file)?.[1] ?? "";
    expect(existsSync(join(root, scripts[script]?.split(" ")[1] ?? "none"))).toBe(true);
    expect(text(".dockerignore").split("\n")).toEqual(expect.arrayContaining(["dist", ".git"]));
  });
});

let database: TestDatabase;
beforeAll(async () => {
  database = await startDatabase();
}, 60_000);
afterAll(async () => await database.stop(), 30_000);

test("the roles that compose makes have the rights of ours, and no others", async () => {
  const script = compose.configs["roles"]?.content ?? "";
  const statements = script.split("\n").filter((line) => line.startsWith("CREATE ROLE"));
  expect(statements).toHaveLength(2);
  for (const line of statements) {
    await database.sql.unsafe(line.replace("ROLE atlasbridge", "ROLE compose"));
  }
  const rights = (name: string) => database.sql`
    SELECT rolsuper, rolinherit, rolcreaterole, rolcreatedb, rolcanlogin, rolreplication, rolbypassrls
    FROM pg_roles WHERE rolname = ${name}`;
  for (const role of ["app", "platform"]) {
    expect([...(await rights(`compose_${role}`))]).toEqual([
      ...(await rights(`atlasbridge_${role}`)),
    ]);
  }
});

const binary = join(root, "dist", "atlasbridge-cloud");

/** A root as the image has it: the program, and the C library it needs, which every such image has. */
function imageRoot(): string {
  const folder = mkdtempSync(join(tmpdir(), "abc-image-"));
  chmodSync(folder, 0o755);
  const needed = Bun.spawnSync(["ldd", binary]).stdout.toString();
  const files = [...needed.matchAll(/(\/\S+) \(0x/g)].map(([, file]) => file ?? "");
  for (const file of files) {
    expect(basename(file)).toMatch(/^(?:ld-linux|lib(?:c|m|dl|pthread|rt)\.so)/);
    mkdirSync(join(folder, dirname(file)), { recursive: true });
    copyFileSync(file, join(folder, file));
  }
  for (const made of ["usr/local/bin", "proc", "dev", "run/database"]) {
    mkdirSync(join(folder, made), { recursive: true });
  }
  copyFileSync(binary, join(folder, "usr/local/bin/atlasbridge-cloud"));
  return folder;
}

const mounts = `set -e
mount --bind "$1" "$1"
mount -t proc proc "$1/proc"
mount --rbind /dev "$1/dev"
mount --bind "$SOCKETS" "$1/run/database"
mount -o remount,bind,ro "$1"
exec chroot --userspec="$ACCOUNT" "$@"`;

const canMount = (() => {
  const done = Bun.spawnSync(["unshare", "--mount", "true"], { stderr: "ignore" });
  if (done.exitCode !== 0) process.stderr.write("the image is not tried: unshare takes root\n");
  return done.exitCode === 0;
})();

type Variables = Record<string, string>;

/** As the image's entry point: an account that has no rights and no home. */
function inImage(folder: string, words: readonly string[], variables: Variables) {
  const unshared = ["unshare", "--mount", "--propagation=private", "sh", "-c", mounts, "sh"];
  const argv = [...unshared, folder, "/usr/local/bin/atlasbridge-cloud", ...words, "--json"];
  const sockets = join(database.home, "postgres", "socket");
  // That of the test's database, which alone reaches its socket: no more than any other.
  const { uid, gid } = statSync(sockets);
  const env = {
    ...{ ...variables, PATH: process.env["PATH"] ?? "" },
    ...{ SOCKETS: sockets, ACCOUNT: `${uid}:${gid}` },
  };
  return Bun.spawn(argv, { env, stdout: "pipe", stderr: "pipe" });
}

function inside(url: string): string {
  const changed = new URL(url);
  changed.searchParams.set("host", "/run/database");
  return changed.href;
}

test.skipIf(!canMount)(
  "the program migrates and serves without any right, from a read-only root with nothing beside it",
  async () => {
    const folder = imageRoot();
    const { app, owner, platform } = database.embedded.urls;
    const secrets = secretsOf(readSettings({}, database.home), systemRandom);
    const migrated = inImage(folder, ["migrate"], { OWNER_DATABASE_URL: inside(owner) });
    expect([await migrated.exited, await new Response(migrated.stderr).text()]).toEqual([0, ""]);
    const child = inImage(folder, ["serve", "--host", "127.0.0.1", "--port", "0"], {
      ...{ DATABASE_URL: inside(app), PLATFORM_DATABASE_URL: inside(platform) },
      ATLASBRIDGE_KEY_RING: secrets.keyRing,
      ATLASBRIDGE_WITNESS_KEY: secrets.witnessKey,
      ATLASBRIDGE_PLATFORM_TOKEN: secrets.platformToken,
    });
    try {
      const said = await child.stdout.getReader().read();
      if (said.value === undefined) throw new Error(await new Response(child.stderr).text());
      const { url }: { url: string } = JSON.parse(new TextDecoder().decode(said.value));
      expect((await fetch(`${url}/readyz`)).status).toBe(200);
      child.kill("SIGTERM");
      expect(await child.exited).toBe(0);
    } finally {
      child.kill("SIGKILL");
      await child.exited;
      rmSync(folder, { recursive: true });
    }
  },
);
