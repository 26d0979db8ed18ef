/** Who may have written a policy: nobody but its owner, whichever policy it is. As ssh(1) is with its own files. */
import { realpathSync, type Stats, statSync } from "node:fs";
import { limits } from "../../contracts/limits.ts";
import { dirname, relative, resolve, sep } from "node:path";

export type Trust = {
  /** It may come through a pipe, which is waited for: only where a person has just named it. */
  pipes: boolean;
  bytesMax: number;
  /** One line each: why this file may not decide. */
  objections: (path: string, stat: Stats) => string[];
};

const writableByOthers = 0o022;
/** In such a folder, as /tmp is, only its owner may replace a file. */
const sticky = 0o1000;

/** Named by the person who starts a session. */
export const ofUser: Trust = {
  pipes: true,
  bytesMax: limits.policyFileBytesMax,
  objections: othersWhoDecide,
};

/** At a place where it is always looked for. */
export const ofUserFile: Trust = { ...ofUser, pipes: false };

/** Who can change a policy types into this user's terminal: not by its mode, as its owner or by replacing it. */
function othersWhoDecide(path: string, { mode, uid }: Stats): string[] {
  const found: string[] = [];
  const us = process.geteuid?.() ?? uid;
  if (uid !== us && uid !== 0) {
    found.push(
      `the policy ${path} belongs to another user (id ${uid}); run: sudo chown ${us} ${path}`,
    );
  }
  if ((mode & writableByOthers) !== 0) {
    found.push(`the policy ${path} can be changed by other users; run: chmod go-w ${path}`);
  }
  for (const folder of foldersOf(path)) {
    const held = statSync(folder).mode;
    if ((held & writableByOthers) !== 0 && (held & sticky) === 0) {
      found.push(`the policy ${path} can be replaced by other users; run: chmod go-w ${folder}`);
    }
  }
  return found;
}

/** Where the name stands, and where the file itself lies when the name is a link. */
function foldersOf(path: string): Set<string> {
  return new Set([dirname(realpathSync(path)), realpathSync(dirname(path))]);
}

/** The machine's: it and every folder above it are root's, and nobody else can write there. */
export const ofAdmin: Trust = {
  pipes: false,
  bytesMax: limits.policyFileBytesMax,
  objections(path, stat) {
    const found = ownedByRoot(stat) ? [] : [`run: sudo chown root ${path}; chmod go-w`];
    for (const folder of foldersOf(path)) {
      for (const at of [folder, ...foldersAbove(folder)]) {
        if (!ownedByRoot(statSync(at))) found.push(`run: sudo chown root ${at}; chmod go-w`);
      }
    }
    const [first] = found;
    if (first === undefined) return [];
    return [`the machine's policy ${path} can be changed by others than root; ${first}`];
  },
};

function ownedByRoot({ mode, uid }: Stats): boolean {
  return uid === 0 && (mode & writableByOthers) === 0;
}

function foldersAbove(folder: string): string[] {
  const above = dirname(folder);
  return above === folder ? [] : [above, ...foldersAbove(above)];
}

/** A project's: it lies in the project itself, whatever links say. */
export function ofProject(root: string): Trust {
  return {
    pipes: false,
    bytesMax: limits.projectPolicyBytesMax,
    objections(path, stat) {
      const from = relative(realpathSync(root), realpathSync(path));
      if (from !== ".." && !from.startsWith(`..${sep}`) && resolve(from) !== from) {
        return othersWhoDecide(path, stat);
      }
      return [`the project's policy ${path} leads out of the project; put the file itself there`];
    },
  };
}
