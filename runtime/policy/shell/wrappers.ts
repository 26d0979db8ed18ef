/** Programs that run the command in their arguments: where it stands there, each with an example. */
import { defineOptions, type Options } from "./options.ts";

/**
 * How the words behind the options and operands become a command: `words` as they are; `joined` to
 * a text that a shell reads; `filled` with more arguments from elsewhere.
 */
export type Inner = "words" | "joined" | "filled";

export type Wrapper = {
  readonly names: readonly string[];
  /** The wrapper is this program with one of these subcommands. */
  readonly subcommands?: readonly (readonly string[])[];
  /** Options before a subcommand. */
  readonly globals?: Options;
  readonly options: Options;
  /** `NAME=value` may stand before the command. */
  readonly assigns?: true;
  /** Operands before the command. */
  readonly operands?: number;
  readonly inner: Inner;
  /** The command is what follows `--`; operands and options before it come in any order. */
  readonly afterDashes?: true;
  /** The command ends before this word. */
  readonly until?: string;
  /** The command runs in other folders: another machine, a container, another root. */
  readonly elsewhere?: true;
  /** Without a command it does nothing of note, runs what it is given on its input, or is not understood. */
  readonly alone: "plain" | "code" | "refused";
  /** The inner command of the first is `rm -rf x`; the second cannot be read. */
  readonly example: string;
  readonly counterExample: string;
};

const none = defineOptions("");

/** Rarely with options that matter: none is known. */
const bare = ["nohup", "fakeroot", "eatmydata", "builtin", "busybox", "toybox", "rlwrap"];

const prefixes: readonly Wrapper[] = [
  ...bare.map((name) => ({
    ...({ names: [name], options: none, inner: "words", alone: "plain" } as const),
    ...{ example: `${name} rm -rf x`, counterExample: `${name} -q rm -rf x` },
  })),
  {
    names: ["sudo"],
    options: defineOptions(
      "-A -b -E -H -k -n -P -S -u: -g: -p: -C: -T: -r: -t: --user= --group= --prompt= --non-interactive --preserve-env? --set-home --stdin --background --askpass --reset-timestamp",
    ),
    ...{ assigns: true, inner: "words", alone: "plain" },
    example: "sudo -nu root A=1 rm -rf x",
    counterExample: "sudo -D / rm -rf x",
  },
  {
    ...{ names: ["doas"], options: defineOptions("-n -L -u:"), inner: "words", alone: "plain" },
    ...{ example: "doas -u root rm -rf x", counterExample: "doas -C f rm -rf x" },
  },
  {
    ...{ names: ["gosu", "su-exec"], options: none, operands: 1, inner: "words", alone: "refused" },
    ...{ example: "gosu root rm -rf x", counterExample: "gosu -x root rm -rf x" },
  },
  {
    names: ["pkexec"],
    options: defineOptions("--user= --keep-cwd --disable-internal-agent"),
    ...{ inner: "words", alone: "code", elsewhere: true },
    ...{ example: "pkexec --user root rm -rf x", counterExample: "pkexec --foo rm -rf x" },
  },
  {
    names: ["env"],
    options: defineOptions(
      "-i -0 -v - -u: -S: --ignore-environment --null --debug --unset= --split-string=",
    ),
    ...{ assigns: true, inner: "words", alone: "plain" },
    ...{ example: "env -i -u B A=1 rm -rf x", counterExample: "env -C / rm -rf x" },
  },
  {
    ...{ names: ["cross-env"], options: none, assigns: true, inner: "words", alone: "plain" },
    ...{ example: "cross-env A=1 rm -rf x", counterExample: "cross-env -x A=1 rm -rf x" },
  },
  {
    ...{ names: ["command"], options: defineOptions("-p"), inner: "words", alone: "plain" },
    ...{ example: "command -p rm -rf x", counterExample: "command -q rm -rf x" },
  },
  {
    ...{ names: ["exec"], options: defineOptions("-c -l -a:"), inner: "words", alone: "plain" },
    ...{ example: "exec -a ls rm -rf x", counterExample: "exec -q rm -rf x" },
  },
  {
    names: ["time", "gtime"],
    options: defineOptions("-p -v -a -q -f: --format= --portability --verbose --quiet"),
    ...{ inner: "words", alone: "plain" },
    ...{ example: "/usr/bin/time -v rm -rf x", counterExample: "/usr/bin/time -o f rm -rf x" },
  },
  {
    names: ["nice", "gnice"],
    ...{ options: defineOptions("-n: -# --adjustment="), inner: "words", alone: "plain" },
    ...{ example: "nice -n 5 rm -rf x", counterExample: "nice --adj 5 rm -rf x" },
  },
  {
    names: ["timeout", "gtimeout"],
    options: defineOptions(
      "-k: -s: -v --kill-after= --signal= --preserve-status --foreground --verbose",
    ),
    ...{ operands: 1, inner: "words", alone: "refused" },
    ...{ example: "timeout -k 5 10s rm -rf x", counterExample: "timeout --pres 10 rm -rf x" },
  },
  {
    names: ["stdbuf", "gstdbuf"],
    options: defineOptions("-i: -o: -e: --input= --output= --error="),
    ...{ inner: "words", alone: "refused" },
    ...{ example: "stdbuf -oL rm -rf x", counterExample: "stdbuf -x rm -rf x" },
  },
  {
    names: ["setsid"],
    options: defineOptions("-c -f -w --ctty --fork --wait"),
    ...{ inner: "words", alone: "refused" },
    ...{ example: "setsid -fw rm -rf x", counterExample: "setsid -x rm -rf x" },
  },
  {
    names: ["ionice"],
    options: defineOptions("-c: -n: -t --class= --classdata= --ignore"),
    ...{ inner: "words", alone: "plain" },
    ...{ example: "ionice -c2 -n 7 rm -rf x", counterExample: "ionice -p 1 rm -rf x" },
  },
  {
    names: ["chrt"],
    options: defineOptions("-b -f -i -o -r -R --batch --fifo --idle --other --rr"),
    ...{ operands: 1, inner: "words", alone: "refused" },
    ...{ example: "chrt -b 0 rm -rf x", counterExample: "chrt -p 1 rm -rf x" },
  },
  {
    names: ["taskset"],
    options: defineOptions("-c --cpu-list"),
    ...{ operands: 1, inner: "words", alone: "refused" },
    ...{ example: "taskset -c 0,1 rm -rf x", counterExample: "taskset -p 1 rm -rf x" },
  },
  {
    names: ["caffeinate"],
    options: defineOptions("-d -i -m -s -u -t: -w:"),
    ...{ inner: "words", alone: "plain" },
    ...{ example: "caffeinate -i -t 5 rm -rf x", counterExample: "caffeinate -x rm -rf x" },
  },
  {
    names: ["flock"],
    options: defineOptions(
      "-s -x -e -n -u -v -o -w: -E: --shared --exclusive --nonblock --unlock --timeout= --close --verbose",
    ),
    ...{ operands: 1, inner: "words", alone: "plain" },
    ...{ example: "flock -n /tmp/lock rm -rf x", counterExample: "flock /tmp/lock -c 'rm -rf x'" },
  },
  {
    names: ["chroot"],
    options: defineOptions("--userspec= --groups= --skip-chdir"),
    ...{ operands: 1, inner: "words", elsewhere: true, alone: "code" },
    ...{ example: "chroot --userspec=a /srv rm -rf x", counterExample: "chroot -q /srv rm -rf x" },
  },
  {
    names: ["strace", "ltrace"],
    options: defineOptions(
      "-f -c -C -q -v -y -t -T -r -x -k -i -e: -s: -u: -a: -I: -P: -S: -O: -b:",
    ),
    ...{ inner: "words", alone: "refused" },
    ...{ example: "strace -ff -e trace=file rm -rf x", counterExample: "strace -o f rm -rf x" },
  },
  {
    names: ["unbuffer"],
    ...{ options: defineOptions("-p"), inner: "words", alone: "refused" },
    ...{ example: "unbuffer -p rm -rf x", counterExample: "unbuffer -q rm -rf x" },
  },
  {
    names: ["sshpass"],
    options: defineOptions("-p: -f: -d: -P: -e -v"),
    ...{ inner: "words", alone: "refused" },
    ...{ example: "sshpass -p secret rm -rf x", counterExample: "sshpass -q rm -rf x" },
  },
];

const readers: readonly Wrapper[] = [
  {
    names: ["xargs", "gxargs"],
    options: defineOptions(
      "-0 -r -t -p -x -o -n: -P: -L: -s: -d: -E: -I: -a: --null --no-run-if-empty --max-args= --max-procs= --max-lines? --replace? --delimiter= --arg-file= --verbose --exit --interactive --max-chars= --open-tty",
    ),
    ...{ inner: "filled", alone: "plain" },
    ...{ example: "xargs -0 -n 1 rm -rf x", counterExample: "xargs -J % rm -rf x" },
  },
  {
    names: ["parallel"],
    options: defineOptions(
      "-j: -k -0 -n: -m -X --jobs= --keep-order --bar --will-cite --halt= --delay= --timeout= --null",
    ),
    ...{ inner: "filled", until: ":::", alone: "refused" },
    ...{ example: "parallel -j 4 rm -rf x ::: a b", counterExample: "parallel ::: 'rm -rf x'" },
  },
  {
    names: ["watch"],
    options: defineOptions(
      "-n: -d -t -b -e -g -c -p -w --interval= --differences? --no-title --beep --errexit --chgexit --color --precise --no-wrap",
    ),
    ...{ inner: "joined", alone: "refused" },
    ...{ example: "watch -n 5 'rm -rf x'", counterExample: "watch -x rm -rf x" },
  },
  {
    names: ["ssh"],
    options: defineOptions(
      "-4 -6 -A -a -C -f -g -K -k -N -n -q -T -t -V -v -X -x -Y -y -b: -c: -i: -J: -L: -l: -m: -p: -R: -o:",
    ),
    ...{ operands: 1, inner: "joined", elsewhere: true, alone: "code" },
    example: "ssh -p 22 -o BatchMode=yes host 'rm -rf x'",
    counterExample: "ssh -o ProxyCommand=sh host rm -rf x",
  },
];

const containerGlobals = defineOptions(
  "-H: -D -l: -c: -f: -p: --host= --context= --debug --log-level= --tls --file= --project-name= --profile=",
);

const containers: readonly Wrapper[] = [
  {
    names: ["docker", "podman", "nerdctl"],
    subcommands: [["run"], ["container", "run"]],
    globals: containerGlobals,
    options: defineOptions(
      "-i -t -d -P -q -e: -v: -w: -p: -u: -h: -m: -l: -a: -c: --interactive --tty --detach --rm --env= --volume= --workdir= --publish= --user= --name= --network= --net= --hostname= --memory= --cpus= --label= --mount= --platform= --pull= --restart= --init --privileged --read-only --cap-add= --cap-drop= --security-opt= --add-host= --env-file= --gpus= --ipc= --pid= --shm-size= --tmpfs= --ulimit= --dns= --expose= --publish-all --quiet --device= --group-add= --volumes-from= --link= --userns=",
    ),
    ...{ operands: 1, inner: "words", elsewhere: true, alone: "plain" },
    example: "docker run --rm -it -v /a:/b debian rm -rf x",
    counterExample: "docker run --entrypoint rm debian -rf x",
  },
  {
    names: ["docker", "podman", "nerdctl"],
    subcommands: [["exec"], ["container", "exec"]],
    globals: containerGlobals,
    options: defineOptions(
      "-i -t -d -u: -w: -e: --interactive --tty --detach --user= --workdir= --env= --privileged --env-file= --detach-keys=",
    ),
    ...{ operands: 1, inner: "words", elsewhere: true, alone: "plain" },
    ...{
      example: "docker exec -it box rm -rf x",
      counterExample: "docker exec --foo box rm -rf x",
    },
  },
  ...[
    { names: ["docker", "podman"], before: ["compose"] },
    { names: ["docker-compose", "podman-compose"], before: [] },
  ].map(({ names, before }): Wrapper => {
    const start = [names[0], ...before].join(" ");
    return {
      ...{
        names,
        subcommands: [
          [...before, "run"],
          [...before, "exec"],
        ],
      },
      globals: containerGlobals,
      options: defineOptions(
        "-T -d -i -t -e: -u: -w: --rm --no-deps --user= --workdir= --env= --index= --build --name= --service-ports --no-TTY --interactive --detach --quiet-pull",
      ),
      ...{ operands: 1, inner: "words", elsewhere: true, alone: "plain" },
      example: `${start} -f c.yaml run --rm web rm -rf x`,
      counterExample: `${start} run --entrypoint rm web rm -rf x`,
    };
  }),
  {
    names: ["kubectl", "oc", "k"],
    subcommands: [["exec"]],
    globals: defineOptions("-n: --namespace= --context= --cluster= --user="),
    options: defineOptions(
      "-i -t -q -c: -n: -f: --stdin --tty --quiet --container= --namespace= --filename= --context=",
    ),
    ...{ inner: "words", afterDashes: true, elsewhere: true, alone: "refused" },
    example: "kubectl -n a exec -it pod -c box -- rm -rf x",
    counterExample: "kubectl exec pod rm -rf x",
  },
];

const runOptions =
  "-y --yes -q --quiet --no-install --no -p: --package= --prefer-offline --prefer-online";

const packages: readonly Wrapper[] = [
  {
    ...{ names: ["npx"], options: defineOptions(runOptions), inner: "words", alone: "code" },
    ...{ example: "npx -y -p a rm -rf x", counterExample: "npx -c 'rm -rf x'" },
  },
  {
    names: ["npm"],
    ...{
      subcommands: [["exec"], ["x"]],
      globals: defineOptions("--silent --quiet -s -q --prefix= -C:"),
    },
    ...{ options: defineOptions(runOptions), inner: "words", alone: "code" },
    ...{ example: "npm exec --yes -- rm -rf x", counterExample: "npm exec -c 'rm -rf x'" },
  },
  {
    names: ["bunx"],
    options: defineOptions("--bun --silent --verbose -p: --package="),
    ...{ inner: "words", alone: "plain" },
    ...{ example: "bunx --bun rm -rf x", counterExample: "bunx --foo rm -rf x" },
  },
  {
    ...{ names: ["bun"], subcommands: [["x"]], options: defineOptions("--bun --silent --verbose") },
    ...{ inner: "words", alone: "plain" },
    ...{ example: "bun x rm -rf x", counterExample: "bun x --foo rm -rf x" },
  },
  {
    names: ["pnpm"],
    subcommands: [["dlx"], ["exec"]],
    globals: defineOptions(
      "-C: -F: -r -w -s --dir= --filter= --silent --recursive --workspace-root",
    ),
    options: defineOptions("--package= -r --silent -s --recursive --parallel"),
    ...{ inner: "words", alone: "refused" },
    ...{ example: "pnpm -C a dlx --package=b rm -rf x", counterExample: "pnpm exec -c 'rm -rf x'" },
  },
  {
    names: ["yarn"],
    ...{ subcommands: [["dlx"]], globals: defineOptions("--cwd= --silent -s") },
    ...{ options: defineOptions("-p: -q --package= --quiet"), inner: "words", alone: "refused" },
    ...{ example: "yarn dlx -q rm -rf x", counterExample: "yarn dlx --foo rm -rf x" },
  },
  {
    names: ["uvx"],
    options: defineOptions("-p: -q --with= --from= --python= --quiet --offline --isolated"),
    ...{ inner: "words", alone: "plain" },
    ...{ example: "uvx --from a rm -rf x", counterExample: "uvx --foo rm -rf x" },
  },
  {
    names: ["uv"],
    ...{ subcommands: [["run"], ["tool", "run"]], globals: defineOptions("-q --quiet --offline") },
    options: defineOptions(
      "-p: -q --with= --from= --python= --quiet --isolated --no-project --frozen --locked --no-sync --extra= --group= --all-extras --dev --offline",
    ),
    ...{ inner: "words", alone: "refused" },
    ...{ example: "uv run --with a rm -rf x", counterExample: "uv run -m a rm -rf x" },
  },
  ...["poetry", "pipenv", "pdm", "rye"].map((name) => ({
    ...({ names: [name], subcommands: [["run"]], globals: none, options: none } as const),
    ...({ inner: "words", alone: "refused" } as const),
    ...{ example: `${name} run rm -rf x`, counterExample: `${name} run --foo rm -rf x` },
  })),
  {
    ...{
      names: ["bundle"],
      subcommands: [["exec"]],
      options: none,
      inner: "words",
      alone: "refused",
    },
    ...{ example: "bundle exec rm -rf x", counterExample: "bundle exec --foo rm -rf x" },
  },
];

export const wrappers: readonly Wrapper[] = [...prefixes, ...readers, ...containers, ...packages];

/** They run other programs in ways that are not followed: what they are given is not read. */
export const unfollowed: ReadonlySet<string> = new Set([
  ...[
    "su",
    "runuser",
    "sg",
    "newgrp",
    "machinectl",
    "systemd-run",
    "systemd-nspawn",
    "at",
    "batch",
  ],
  ...["crontab", "script", "expect", "autoexpect", "tmux", "screen", "zellij", "dtach", "abduco"],
  ...["entr", "watchexec", "nodemon", "reflex", "concurrently", "npm-run-all", "run-p", "run-s"],
  ...["nsenter", "unshare", "firejail", "bwrap", "proot", "setpriv", "capsh", "start-stop-daemon"],
  ...["run-parts", "valgrind", "perf", "gdb", "lldb", "rr", "hyperfine", "setarch", "linux32"],
  ...["linux64", "arch", "numactl", "cgexec", "prlimit", "trickle", "proxychains", "proxychains4"],
  ...["torsocks", "torify", "dbus-run-session", "dbus-launch", "xvfb-run", "faketime", "tsocks"],
  ...["cmd", "cmd.exe", "powershell", "powershell.exe", "pwsh", "wsl", "wsl.exe", "osascript"],
  ...["mosh", "rsh", "rlogin", "telnet", "vagrant", "lxc", "lxc-attach", "flatpak", "snap"],
  ...[
    "nix-shell",
    "direnv",
    "mise",
    "asdf",
    "dotenv",
    "dotenvx",
    "cross-env-shell",
    "doppler",
    "op",
  ],
  ...[
    "aws-vault",
    "chpst",
    "setuidgid",
    "softlimit",
    "envdir",
    "daemonize",
    "launchctl",
    "foreach",
  ],
  ...["repeat", "nocorrect", "noglob", "multitail", "ts-exec", "pipexec", "socat", "ncat", "nc"],
]);
