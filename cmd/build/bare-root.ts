/** A root folder that holds nothing but what is put into it, and something that runs in there. */
import {
  chmodSync,
  chownSync,
  closeSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readSync,
  realpathSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { runOrThrow } from "./targets.ts";

export type BareRoot = {
  /** Where each lies in there, and here. */
  files: Readonly<Record<string, string>>;
  /** Of this machine: each with the libraries it is linked to, in `/bin`. */
  programs: readonly string[];
  /** For the shell in there; its folder and home is `/root`. */
  script: string;
  /** As somebody who is not root, where a program must not be. */
  isUser?: boolean;
};

/** Not anybody's here, and in there the owner of `/root`. */
const userId = 61_000;

/** Mounted for the session's terminal and for what the kernel knows of who waits. */
const enter = `
mount -t proc proc "$1/proc" && mount --rbind /dev "$1/dev" || exit 1
exec env -i HOME=/root PATH=/root/.local/bin:/bin TERM=xterm "$(command -v chroot)" --userspec="$3" "$1" /bin/sh -c "cd /root
$2"
`;

/** Runs the script in a root folder that holds nothing else. Returns what it printed; throws where it fails. */
export function inBareRoot({ files, programs, script, isUser = false }: BareRoot): string {
  const root = mkdtempSync(join(tmpdir(), "atlasbridge-bare-"));
  try {
    for (const name of ["proc", "dev", "tmp", "root", "bin"]) mkdirSync(join(root, name));
    const tools = programs.map((name) => [`/bin/${name}`, Bun.which(name) ?? name] as const);
    for (const [to, from] of [...Object.entries(files), ...tools]) {
      mkdirSync(join(root, dirname(to)), { recursive: true });
      cpSync(realpathSync(from), join(root, to), { recursive: true });
      for (const file of librariesOf(from)) {
        mkdirSync(join(root, dirname(file)), { recursive: true });
        cpSync(realpathSync(file), join(root, file));
      }
    }
    const id = isUser ? userId : 0;
    mkdirSync(join(root, "etc"), { recursive: true });
    writeFileSync(join(root, "etc", "passwd"), `own:x:${id}:${id}::/root:/bin/sh\n`);
    for (const name of ["root", "tmp"]) chownSync(join(root, name), id, id);
    chmodSync(root, 0o755);
    const alone = ["unshare", "--mount", "--pid", "--fork", "--propagation=private"];
    return runOrThrow([...alone, "sh", "-c", enter, "sh", root, script, `${id}:${id}`]).trim();
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

/** Paths of the libraries it is linked to, the loader among them; of what is no program, none. */
export function librariesOf(program: string): string[] {
  if (!isProgram(program)) return [];
  return [...runOrThrow(["ldd", program]).matchAll(/(\/\S+) \(0x/g)].map(([, file]) => file ?? "");
}

/** ELF's own first bytes. */
function isProgram(file: string): boolean {
  if (!statSync(file).isFile()) return false;
  const bytes = Buffer.alloc(4);
  const fd = openSync(file, "r");
  readSync(fd, bytes, 0, bytes.length, 0);
  closeSync(fd);
  return bytes.toString("latin1") === "\x7fELF";
}
