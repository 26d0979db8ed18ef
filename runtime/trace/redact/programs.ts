/** Finds passwords where only the program says that they are some: `mysql -pX`, `curl -u ada:X`. */
import type { Found } from "./found.ts";
import { isMixed } from "./letters.ts";
import { isSecretValue, readValue } from "./value.ts";

/** So far behind the program's name its options are looked for. */
const reachCharsMax = 400;

type Habit = {
  programs: RegExp;
  /** What stands before the value, within the command. */
  before: RegExp;
  /** The value is `user:password`. */
  pair?: true;
};

const gap = "[ \\t\\0\\n]";
const option = (letters: string, glued: "" | "?" | "+"): RegExp =>
  new RegExp(`${gap}(?:${letters})${glued === "" ? "" : `(?:${gap}|=)${glued}`}`, "g");

const habits: readonly Habit[] = [
  {
    programs: /\b(?:mysql\w*|mariadb[\w-]*|mycli|7za?|rar|unrar)\b/g,
    before: option("-p(?=[^ \\t\\0])", ""),
  },
  { programs: /\bsshpass\b/g, before: option("-p", "?") },
  { programs: /\b(?:plink|pscp|psftp|putty)\b/g, before: option("-pw", "+") },
  { programs: /\b(?:redis-cli|valkey-cli)\b/g, before: option("-a", "+") },
  {
    programs:
      /\b(?:docker|podman|nerdctl|helm|oras|skopeo|buildah|crane|az|oc)\b(?=[^\n]{0,40}\blogin\b)/g,
    before: option("-p", "?"),
  },
  { programs: /\bldap\w+\b/g, before: option("-w", "?") },
  { programs: /\b(?:zip|unzip)\b/g, before: option("-P", "?") },
  { programs: /\b(?:sqlcmd|bcp|isql)\b/g, before: option("-P", "?") },
  {
    programs: /\b(?:curl|wget|httpie?|https|xh|aria2c)\b/g,
    before: option("-u|--user|-U|--proxy-user|-a|--auth", "+"),
    pair: true,
  },
  { programs: /\bcurl\b/g, before: option("-u(?=[^ \\t\\0])", ""), pair: true },
  { programs: /\bopenssl\b/g, before: /(?:^|[ \t\0'"])pass:/g },
];

const anyProgram =
  /\b(?:mysql|mariadb|mycli|7z|rar|unrar|sshpass|plink|pscp|psftp|putty|redis-cli|valkey-cli|login|ldap|zip|unzip|sqlcmd|bcp|isql|curl|wget|http|xh|aria2c|openssl|smbclient|--password-stdin|chpasswd|htpasswd|sudo)/;

export function findOfPrograms(text: string): Found[] {
  if (!anyProgram.test(text)) return [];
  const found = habits.flatMap((habit) => findHabit(text, habit));
  return [...found, ...findPiped(text), ...findOthers(text)];
}

function findHabit(text: string, { programs, before, pair }: Habit): Found[] {
  const found: Found[] = [];
  let done = 0;
  for (const program of text.matchAll(programs)) {
    const start = program.index + program[0].length;
    // Two programs side by side do not make their options be looked at twice.
    const from = Math.max(start, done);
    const command = text.slice(from, start + reachCharsMax).split(/(?<!\\)\n|[;|]|&&/, 1)[0] ?? "";
    done = from + command.length;
    for (const match of command.matchAll(before)) {
      const at = from + match.index + match[0].length;
      const one = pair === true ? pairAt(text, at) : valueAt(text, at);
      if (one !== null) found.push(one);
    }
  }
  return found;
}

function valueAt(text: string, at: number): Found | null {
  const value = readValue(text, at, "option");
  if (value === null) return null;
  const { from, to, quoted } = value;
  const about = { told: "password", quoted, setting: "option" } as const;
  return isSecretValue(text.slice(from, to), about) ? { kind: "password", from, to } : null;
}

function pairAt(text: string, at: number): Found | null {
  const value = readValue(text, at, "option");
  if (value === null) return null;
  // `ada:'two words'`, `"ada":"two words"`: a colon beside a quote parts two values.
  const apart = /^["']?:(?=["'])/.exec(text.slice(value.to, value.to + 3))?.[0];
  const split = value.quoted ? apart : text[value.to - 1] === ":" ? "" : apart;
  if (split !== undefined) return valueAt(text, value.to + split.length);
  const colon = text.slice(value.from, value.to).search(/[:%]/);
  const from = value.from + colon + 1;
  if (colon < 0) return null;
  if (from >= value.to) return tokenUser(text, { from: value.from, to: from - 1 });
  const about = { told: "password", quoted: value.quoted, setting: "option" } as const;
  const password = text.slice(from, value.to);
  return isSecretValue(password, about) ? { kind: "password", from, to: value.to } : null;
}

/** `-u TOKEN:`: the user's name is the secret where no password follows. */
function tokenUser(text: string, { from, to }: { from: number; to: number }): Found | null {
  return isMixed(text.slice(from, to)) && to - from >= 10 ? { kind: "token", from, to } : null;
}

/** `echo X | docker login --password-stdin`, `echo X | sudo -S`, `echo root:X | chpasswd`. */
const piped =
  /\b(?:echo|printf)[ \t]+(?:-[neE]+[ \t]+)?(?:'%s(?:\\n)?'[ \t]+)?(["']?)([^"'\n|;&]{3,200}?)\1[ \t]*\|[ \t]*[^\n|;]{0,80}?(?:--password-stdin|sudo[ \t]+-\w*S|chpasswd|passwd[ \t]+--stdin)/g;

function findPiped(text: string): Found[] {
  if (!text.includes("|")) return [];
  const found: Found[] = [];
  for (const match of text.matchAll(piped)) {
    const value = match[2] ?? "";
    if (/^[$<`\\]|^\[redacted/.test(value)) continue;
    const from = match.index + match[0].indexOf(value, 4);
    const skipped = match[0].endsWith("chpasswd") ? value.indexOf(":") + 1 : 0;
    found.push({ kind: "password", from: from + skipped, to: from + value.length });
  }
  return found;
}

/** `smbclient -U ada%X`, `htpasswd -b file ada X`. */
const others =
  /\b(?:smbclient|mount\.cifs|rpcclient|net)\b[^\n|;]{0,120}?-U[ \t]*[\w\\.@-]{1,64}%([^ \t\n\0'"]{1,200})|\bhtpasswd[ \t]+-\w*b\w*[ \t]+(?:\S{1,200}[ \t]+){1,2}?([^ \t\n\0'"]{3,200})(?=[ \t]*(?:$|[\n;|&]))/g;

function findOthers(text: string): Found[] {
  if (!/smbclient|mount\.cifs|rpcclient|htpasswd/.test(text)) return [];
  const found: Found[] = [];
  for (const match of text.matchAll(others)) {
    const value = match[1] ?? match[2] ?? "";
    const to = match.index + match[0].length;
    found.push({ kind: "password", from: to - value.length, to });
  }
  return found;
}
