/** What a single command may cost, by its program and arguments alone. Pure. */
import { isLong } from "./shell/codes.ts";
import { literal, mayBeOption, type SimpleCommand, type Word } from "./shell/command.ts";

export type CommandFactor = {
  readonly name: `command:${string}`;
  readonly weight: number;
  readonly programs: readonly string[];
  /** Of a call of one of the programs; absent: every call. What only the shell knows counts as the worse. */
  readonly when?: (words: readonly Word[]) => boolean;
  readonly example: string;
  readonly counterExample: string;
};

const words = (listed: string): readonly string[] => listed.split(" ");

/** Whether an option is given: one of the letters, alone or among others, or one of the long names or its beginning. */
const option =
  (letters: string, ...long: readonly string[]) =>
  (given: readonly Word[]): boolean =>
    given.some((word) => {
      const text = literal(word);
      if (text === null) return mayBeOption(word);
      if (text.startsWith("--")) return isLong(text, long);
      return text.startsWith("-") && letters.split("").some((letter) => text.includes(letter));
    });

/** Whether a word is of this form, or may be. */
const word =
  (form: RegExp) =>
  (given: readonly Word[]): boolean =>
    given.some((one) => form.test(literal(one) ?? "")) ||
    given.some((one) => literal(one) === null && !("home" in one));

/** Whether the first words that are no options are these. */
const first =
  (...forms: readonly RegExp[]) =>
  (given: readonly Word[]): boolean => {
    let at = 0;
    for (const one of given) {
      const text = literal(one);
      if (text?.startsWith("-") === true) continue;
      if (text !== null && forms[at]?.test(text) === false) return false;
      at += 1;
      if (at >= forms.length) return true;
    }
    return false;
  };

const any =
  (...conditions: readonly ((given: readonly Word[]) => boolean)[]) =>
  (given: readonly Word[]): boolean =>
    conditions.some((holds) => holds(given));

const both =
  (...conditions: readonly ((given: readonly Word[]) => boolean)[]) =>
  (given: readonly Word[]): boolean =>
    conditions.every((holds) => holds(given));

const databases = words("psql mysql mariadb sqlite3 duckdb cqlsh mongosh mongo clickhouse-client");

export const commandFactors: readonly CommandFactor[] = [
  {
    ...{ name: "command:wipes-a-disk", weight: 8 },
    programs: words("mkfs wipefs blkdiscard fdisk sfdisk sgdisk parted cryptsetup zpool diskutil"),
    ...{ example: "mkfs.ext4 /dev/sda1", counterExample: "lsblk" },
  },
  {
    ...{ name: "command:wipes-a-disk", weight: 8, programs: ["dd", "shred", "badblocks"] },
    when: word(/^(?:of=)?\/dev\/(?!null$|stdout$|stderr$)/),
    ...{ example: "dd if=a of=/dev/sda", counterExample: "dd if=a of=b" },
  },
  {
    ...{ name: "command:governs-itself", weight: 8, programs: ["atlasbridge"] },
    when: word(
      /^(?:autopilot|workspace|secrets|daemon|cloud|config|init|migrate|archive|reply|install|uninstall|--fix)$/,
    ),
    ...{ example: "atlasbridge autopilot resume", counterExample: "atlasbridge trace verify" },
  },
  {
    ...{ name: "command:removes-recursively", weight: 3, programs: ["rm"] },
    when: option("rR", "recursive"),
    ...{ example: "rm -fr build", counterExample: "rm -f build.log" },
  },
  {
    ...{ name: "command:removes-recursively", weight: 5, programs: words("find gfind bfs") },
    when: word(/^-delete$/),
    ...{ example: "find . -name a -delete", counterExample: "find . -name a" },
  },
  {
    ...{ name: "command:removes-recursively", weight: 5, programs: ["rsync"] },
    when: option("", "delete", "remove-source-files"),
    ...{ example: "rsync -a --delete a b", counterExample: "rsync -a a b" },
  },
  {
    ...{ name: "command:removes", weight: 2 },
    programs: words("rm unlink rmdir shred truncate trash srm del"),
    ...{ example: "rm a", counterExample: "ls a" },
  },
  {
    ...{ name: "command:elevates", weight: 3 },
    programs: words("sudo doas su pkexec runas gosu run0 machinectl"),
    ...{ example: "sudo ls", counterExample: "ls" },
  },
  {
    ...{
      name: "command:changes-rights",
      weight: 3,
      programs: words("chmod chown chgrp setfacl chattr"),
    },
    when: any(
      option("R", "recursive"),
      word(/^[0-7]{0,3}[2367]$|^[ugoa]*[oa][ugoa]*[+=][rx]*w|^[ugoa]*[+=][rwx]*s/),
    ),
    ...{ example: "chmod -R 755 a", counterExample: "chmod +x a" },
  },
  {
    ...{ name: "command:network", weight: 2 },
    programs: words(
      "curl wget ssh scp sftp ftp lftp nc ncat netcat socat telnet aria2c http https xh rclone",
    ),
    ...{ example: "curl https://a.example", counterExample: "cat a" },
  },
  {
    ...{ name: "command:sends-files", weight: 3, programs: ["curl", "wget"] },
    when: any(
      option("dFT", "data", "form", "upload-file", "post-file", "post-data", "body-file", "json"),
      word(/^-X(?:POST|PUT|PATCH|DELETE)$|^(?:POST|PUT|PATCH|DELETE)$/),
    ),
    ...{
      example: "curl -F f=@a https://a.example",
      counterExample: "curl -fsSL https://a.example",
    },
  },
  {
    ...{
      name: "command:sends-files",
      weight: 3,
      programs: words("scp sftp rclone nc ncat netcat socat"),
    },
    ...{ example: "scp a b:", counterExample: "cp a b" },
  },
  {
    ...{ name: "command:installs", weight: 2, programs: words("npm pnpm yarn bun deno") },
    when: first(/^(?:i|in|ins\w*|add|ci|update|up|upgrade|link|rebuild|create|init|dedupe|audit)$/),
    ...{ example: "npm install a", counterExample: "npm test" },
  },
  {
    ...{ name: "command:installs", weight: 2 },
    programs: words(
      "pip pip3 pipx uv poetry gem cargo go brew port conda mamba luarocks cpan cpanm nix",
    ),
    when: first(/^(?:install|add|update|upgrade|sync|get|tool)$/),
    ...{ example: "pip install a", counterExample: "cargo test" },
  },
  {
    ...{ name: "command:installs", weight: 3 },
    programs: words("apt apt-get aptitude dpkg dnf yum zypper pacman apk snap flatpak rpm emerge"),
    when: first(
      /^(?:install|remove|purge|upgrade|\w*-upgrade|autoremove|add|del|erase|update|in|rm)$/,
    ),
    ...{ example: "apt-get install a", counterExample: "apt-cache policy a" },
  },
  {
    ...{ name: "command:installs", weight: 3, programs: words("dpkg rpm pacman") },
    when: option("iUSRre", "install", "remove", "purge", "erase", "upgrade", "sync"),
    ...{ example: "dpkg -i a.deb", counterExample: "dpkg" },
  },
  {
    ...{ name: "command:runs-package", weight: 3, programs: words("npx bunx pnpx uvx pipx dlx") },
    ...{ example: "npx a", counterExample: "npm test" },
  },
  {
    ...{ name: "command:runs-package", weight: 3, programs: words("npm pnpm yarn bun deno") },
    when: first(/^(?:exec|x|dlx|create|init|explore)$/),
    ...{ example: "pnpm dlx a", counterExample: "pnpm test" },
  },
  {
    ...{ name: "command:publishes", weight: 4 },
    programs: words(
      "npm pnpm yarn bun cargo twine gem docker podman helm poetry uv vercel netlify fly",
    ),
    when: first(
      /^(?:publish|unpublish|push|upload|deprecate|yank|deploy|dist-tag|owner|access|token)$/,
    ),
    ...{ example: "npm publish", counterExample: "docker ps" },
  },
  {
    ...{ name: "command:drops-data", weight: 4, programs: databases },
    when: word(/\b(?:drop|truncate|delete|alter|grant|revoke)\b|dropdatabase|deletemany/i),
    ...{ example: "psql -c 'drop table a'", counterExample: "psql -c 'select 1'" },
  },
  {
    ...{
      name: "command:drops-data",
      weight: 4,
      programs: words("dropdb dropuser redis-cli mysqladmin"),
    },
    when: any(word(/^(?:flush(?:all|db)|drop|shutdown|del|config)$/i), first(/^[\w-]+$/)),
    ...{ example: "dropdb a", counterExample: "createdb a" },
  },
  {
    ...{
      name: "command:changes-infrastructure",
      weight: 4,
      programs: words("terraform tofu terragrunt pulumi cdk"),
    },
    when: first(/^(?:apply|up|deploy|import|taint|untaint|state|force-unlock|refresh|run-all)$/),
    ...{ example: "terraform apply", counterExample: "terraform plan" },
  },
  {
    ...{
      name: "command:destroys-infrastructure",
      weight: 6,
      programs: words("terraform tofu terragrunt pulumi cdk"),
    },
    when: any(first(/^(?:destroy|down)$/), option("", "destroy"), word(/^-destroy$/)),
    ...{ example: "terraform destroy", counterExample: "terraform apply" },
  },
  {
    ...{ name: "command:destroys-infrastructure", weight: 6 },
    programs: words("kubectl oc helm aws gcloud az doctl gh glab heroku flyctl docker podman"),
    when: word(
      /^(?:delete|destroy|rm|rb|drain|uninstall|prune|purge|remove|terminate|down|\w+-?(?:delete|destroy)|(?:delete|terminate|remove|destroy)-[\w-]+|apps:destroy)$/,
    ),
    ...{ example: "kubectl delete pod a", counterExample: "kubectl get pods" },
  },
  {
    ...{
      name: "command:changes-infrastructure",
      weight: 4,
      programs: words("kubectl oc helm ansible-playbook ansible"),
    },
    when: first(
      /^(?:apply|create|replace|patch|edit|scale|set|rollout|exec|cp|run|expose|install|upgrade|rollback|[\w./-]+\.ya?ml|all)$/,
    ),
    ...{ example: "kubectl apply -f a.yaml", counterExample: "kubectl describe pod a" },
  },
  {
    ...{ name: "command:without-asking", weight: 2 },
    programs: words(
      "terraform tofu terragrunt apt apt-get dnf yum gh glab gcloud pulumi npx npm helm",
    ),
    when: any(option("yf", "yes", "force", "assume-yes", "quiet"), word(/^-{1,2}auto-approve/)),
    ...{ example: "terraform apply -auto-approve", counterExample: "terraform apply" },
  },
  {
    ...{ name: "command:stops-things", weight: 3 },
    programs: words("kill killall pkill shutdown reboot halt poweroff init telinit loginctl"),
    ...{ example: "killall node", counterExample: "ps aux" },
  },
  {
    ...{
      name: "command:changes-services",
      weight: 3,
      programs: words("systemctl service launchctl rc-service sc"),
    },
    when: both(first(/./), (given) => !first(/^(?:status|show|list\S*|cat|is-\S+|print)$/)(given)),
    ...{ example: "systemctl restart a", counterExample: "systemctl status a" },
  },
  {
    ...{ name: "command:changes-users", weight: 4 },
    programs: words(
      "useradd userdel usermod groupadd passwd chpasswd visudo adduser deluser chsh gpasswd",
    ),
    ...{ example: "useradd a", counterExample: "id a" },
  },
  {
    ...{
      name: "command:changes-network",
      weight: 3,
      programs: words("iptables nft ufw ip ifconfig route firewall-cmd"),
    },
    when: word(/^(?:add|del|delete|set|flush|enable|disable|allow|deny|reset|up|down|-[ADFIXP])$/),
    ...{ example: "ufw disable", counterExample: "ip addr show" },
  },
  {
    ...{
      name: "command:tells-secrets",
      weight: 3,
      programs: words("printenv env export set security pass op vault"),
    },
    when: (given) => given.length === 0 || first(/^(?:find-\S+|show|read|get|item|kv)$/)(given),
    ...{ example: "printenv", counterExample: "printenv PATH" },
  },
];

const byProgram = new Map<string, CommandFactor[]>();
for (const factor of commandFactors) {
  for (const program of factor.programs) {
    byProgram.set(program, [...(byProgram.get(program) ?? []), factor]);
  }
}

/** The factors of one command; those of what it runs in turn are theirs. */
export function factorsOfCommand({
  name,
  arguments: given,
}: SimpleCommand): readonly CommandFactor[] {
  const folded = name.toLowerCase();
  // `mkfs.ext4`, `pip3.12`
  const program = byProgram.has(folded)
    ? folded
    : folded.replace(/(?<=[a-z])(?:\.\w+|[\d.]+)$/, "");
  const known = byProgram.get(program);
  return known === undefined ? none : known.filter(({ when }) => when === undefined || when(given));
}

const none: readonly CommandFactor[] = [];
