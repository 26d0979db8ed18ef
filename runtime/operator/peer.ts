/** Who is at the other end of a local socket, by the kernel's word: the same user, or somebody else. */
import { ptr } from "bun:ffi";
import { readFileSync } from "node:fs";
import { openLibc } from "../libc.ts";

/** `pid`: null where the system does not tell. */
type Peer = { uid: number; pid: number | null };

/** `unknown`: it could not be told, which counts as somebody else. */
export type PeerVerdict = "same user" | "another user" | "unknown";

/** Windows keeps other users away by the folder alone, and has no numbers of users to compare. */
const hasUsers = process.platform !== "win32";

export function verdictOn(socket: object): PeerVerdict {
  if (!hasUsers) return "same user";
  const peer = peerOf(socket);
  if (peer === null) return "unknown";
  return peer.uid === process.geteuid?.() ? "same user" : "another user";
}

/** The process that connected; null where the system does not tell. */
export function peerPid(socket: object): number | null {
  return hasUsers ? (peerOf(socket)?.pid ?? null) : null;
}

/** proc_pid_stat(5): the process is stopped, as by ^Z in its terminal. False where the system does not tell. */
export function isStopped(pid: number): boolean {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
    // The name before it may itself hold spaces and brackets.
    return stat.slice(stat.lastIndexOf(")") + 2).startsWith("T");
  } catch {
    return false;
  }
}

/** Null where the kernel does not say. */
function peerOf(socket: object): Peer | null {
  // The runtime's sockets have it, and its types do not say so.
  const fd: unknown = Reflect.get(socket, "fd");
  if (typeof fd !== "number" || fd < 0) return null;
  try {
    return process.platform === "darwin" ? peerOnMac(fd) : peerOnLinux(fd);
  } catch {
    // No such call in this C library.
    return null;
  }
}

/** unix(7): SO_PEERCRED gives `struct ucred { pid, uid, gid }` of the process that connected, or listens. */
const linux = { solSocket: 1, soPeercred: 17, ucredBytes: 12 } as const;

/** The kernel's word for a socket without a peer. */
const nobody = -1;

const getsockopt = { args: ["i32", "i32", "i32", "ptr", "ptr"], returns: "i32" } as const;
const getpeereid = { args: ["i32", "ptr", "ptr"], returns: "i32" } as const;

/** Opened once: each asker is looked at. */
const calls: {
  linux?: ReturnType<typeof openLinux>;
  mac?: ReturnType<typeof openMac>;
} = {};
const openLinux = () => openLibc({ getsockopt }).symbols;
const openMac = () => openLibc({ getpeereid }).symbols;

function peerOnLinux(fd: number): Peer | null {
  calls.linux ??= openLinux();
  const credentials = new Int32Array(linux.ucredBytes / Int32Array.BYTES_PER_ELEMENT);
  const length = new Uint32Array([linux.ucredBytes]);
  const { solSocket, soPeercred } = linux;
  const done = calls.linux.getsockopt(fd, solSocket, soPeercred, ptr(credentials), ptr(length));
  const [pid = 0, uid = nobody] = credentials;
  if (done !== 0 || length[0] !== linux.ucredBytes || uid === nobody) return null;
  // Of another namespace of process numbers: it has none here.
  return { uid: uid >>> 0, pid: pid === 0 ? null : pid };
}

function peerOnMac(fd: number): Peer | null {
  calls.mac ??= openMac();
  const uid = new Uint32Array(1);
  const gid = new Uint32Array(1);
  if (calls.mac.getpeereid(fd, ptr(uid), ptr(gid)) !== 0) return null;
  return { uid: uid[0] ?? 0, pid: null };
}
