/** What it may cost to read or to change what lies at a path. Pure. */
import { absoluteSegments, liesWithin } from "./folders.ts";
import type { NamedPath, RealPaths } from "./paths.ts";
import type { SimpleCommand } from "./shell/command.ts";

export type PathFactor = {
  readonly name: `path:${string}`;
  readonly weight: number;
  /** It counts only where the path may be changed. */
  readonly changing: boolean;
  readonly holds: (path: Looked) => boolean;
  readonly example: string;
  readonly counterExample: string;
};

export type Looked = {
  /** Absolute, links followed as far as that is known. */
  readonly path: string;
  readonly segments: readonly string[];
  readonly home: readonly string[];
  readonly cwd: readonly string[] | null;
};

const system =
  /^\/(?:etc|usr|s?bin|boot|lib(?:32|64)?|sys|proc|dev|root|System|Library|Applications)(?:\/|$)/;
/** The system's as well, but people also work there. */
const shared = /^\/(?:var|opt|srv|run|private)(?:\/|$)/;

/** Of others than the system: what everybody may write, and devices that keep nothing. */
const common = /^\/(?:dev\/(?:null|std\w+|tty|fd\/\d+)|var\/tmp\/.+|private\/tmp\/.+)$/;

const secret =
  /(?:^|\/)(?:\.env(?:\.[^/]*|rc)?|id_(?:rsa|dsa|ecdsa|ed25519)[^/]*|[^/]*\.(?:pem|key|p12|pfx|keystore|jks|kdbx)|\.(?:netrc|npmrc|pypirc|pgpass|my\.cnf|htpasswd|git-credentials)|\.(?:ssh|aws|gnupg|kube|docker|azure)|[^/]*(?:secret|credential|token|password|passphrase)[^/]*|shadow|authorized_keys|[^/]*\.tfstate[^/]*|environ)(?:\/|$)/i;

const startsCode =
  /(?:^|\/)(?:package\.json|[Mm]akefile|GNUmakefile|[^/]*\.mk|CMakeLists\.txt|Dockerfile[^/]*|(?:docker-)?compose\.ya?ml|setup\.(?:py|cfg)|conftest\.py|pyproject\.toml|Cargo\.toml|build\.rs|build\.gradle[^/]*|[^/]*\.config\.[^/]*|[^/]*\.(?:sh|bash|zsh|service)|\.(?:bash|zsh|profile|envrc|gitattributes|gitmodules|pre-commit-config)[^/]*|\.(?:husky|github|vscode|idea|claude|codex|gemini|cargo)(?:\/.*)?|\.(?:gitlab-ci\.ya?ml|mcp\.json|npmrc)|node_modules(?:\/.*)?|Jenkinsfile|Procfile|Vagrantfile|justfile|Rakefile)$/i;

export const pathFactors: readonly PathFactor[] = [
  {
    ...{ name: "path:system", weight: 4, changing: true },
    holds: (looked) =>
      !common.test(looked.path) &&
      (system.test(looked.path) || (shared.test(looked.path) && isOutside(looked))),
    ...{ example: "/etc/hosts", counterExample: "/home/ada/src/etc/hosts" },
  },
  {
    ...{ name: "path:home-dotfile", weight: 3, changing: false },
    holds: ({ segments, home }) =>
      home.length > 0 &&
      liesWithin(segments, home) &&
      segments[home.length]?.startsWith(".") === true,
    ...{ example: "/home/ada/.bashrc", counterExample: "/home/ada/src/.bashrc" },
  },
  {
    ...{ name: "path:secret", weight: 3, changing: false, holds: ({ path }) => secret.test(path) },
    ...{ example: "/home/ada/src/.env", counterExample: "/home/ada/src/environment.ts" },
  },
  {
    ...{ name: "path:git", weight: 3, changing: true },
    holds: ({ segments }) => segments.some((segment) => /^\.git$/i.test(segment)),
    ...{ example: "/home/ada/src/.git/config", counterExample: "/home/ada/src/.gitignore" },
  },
  {
    // Where policies and settings of this program lie unless somebody says otherwise.
    ...{ name: "path:governs-itself", weight: 8, changing: true },
    holds: ({ path }) =>
      /\/(?:\.atlasbridge|(?:\.config|\.local\/state|etc|Application Support)\/atlasbridge)(?:\/|$)/i.test(
        path,
      ),
    ...{
      example: "/home/ada/src/.atlasbridge/policy.yaml",
      counterExample: "/home/ada/src/atlasbridge/policy.ts",
    },
  },
  {
    ...{ name: "path:starts-code", weight: 2, changing: true },
    holds: ({ path }) => startsCode.test(path),
    ...{ example: "/home/ada/src/package.json", counterExample: "/home/ada/src/package.ts" },
  },
  {
    ...{ name: "path:outside", weight: 1, changing: false },
    holds: isOutside,
    ...{ example: "/home/ada/other/a.ts", counterExample: "/home/ada/src/a.ts" },
  },
];

function isOutside({ segments, cwd }: Looked): boolean {
  return cwd === null || !liesWithin(segments, cwd);
}

/** What decides, whoever may change it: critical, so only a rule that names that risk lets a tool change it. */
const itself = { name: "path:governs-itself", weight: 8 } as const;

/** The root, the home, and what lies directly in the root: nothing in them is spared. */
const wholeTree = { name: "path:root-or-home", weight: 4 } as const;
/** Only the shell knows where it leads. */
const unknownPath = { name: "path:unknown", weight: 1 } as const;

/** Programs without any way to change a file that they are given; those with an option for it are not among them. */
const readers: ReadonlySet<string> = new Set([
  ...["ls", "cat", "head", "tail", "wc", "pwd", "stat", "du", "df", "grep", "egrep", "fgrep", "rg"],
  ...[
    "find",
    "cmp",
    "cut",
    "tr",
    "jq",
    "more",
    "readlink",
    "realpath",
    "basename",
    "dirname",
    "cd",
  ],
  ...["test", "[", "which", "type", "nl", "tac", "md5sum", "sha1sum", "sha256sum", "strings", "od"],
  ...["hexdump", "column", "paste", "comm"],
]);
/** Programs whose words are no paths. */
const speakers: ReadonlySet<string> = new Set(["echo", "printf", "true", "false", ":", "seq"]);

export const changesPaths = ({ name }: SimpleCommand): boolean => !readers.has(name.toLowerCase());
export const namesPaths = ({ name }: SimpleCommand): boolean => !speakers.has(name.toLowerCase());

export type Disk = {
  readonly home: readonly string[];
  /** Null: the session's folder is not absolute. */
  readonly cwd: readonly string[] | null;
  readonly real: RealPaths;
  /** What governs this very session, wherever it lies; its names as `foldName` writes them. */
  readonly guarded: readonly (readonly string[])[];
};

/** A word without anything of a path in it, for which no factor holds where it names a file of the session's folder. */
export function isHarmlessName(text: string): boolean {
  // A long option without a value, or a number.
  if (/^(?:--[\w-]*|\d+)$/.test(text)) return true;
  return /^[\w@%+,:=-]*$/.test(text) && !secret.test(text) && !startsCode.test(text);
}

/** Of one path: the factors that hold for it. */
export function factorsOfPath(
  named: NamedPath,
  { changes, clears }: { changes: boolean; clears: boolean },
  { cwd, home, real, guarded }: Disk,
): readonly { name: string; weight: number }[] {
  if (named === null) return changes ? [unknownPath] : [];
  const path = real.get(named.written) ?? named.path;
  const segments = absoluteSegments(path, "") ?? [];
  const looked: Looked = { path, segments, home, cwd };
  const found = holding(looked, changes);
  // A command about the whole session's folder changes what lies in it, but only where it removes it is that all.
  const isAbove = clears || cwd === null || !liesWithin(cwd, segments);
  if (changes && governsSession(segments, guarded, isAbove)) found.push(itself);
  return clears && isWholeTree(segments, home) ? [wholeTree, ...found] : found;
}

function holding(looked: Looked, changes: boolean): { name: string; weight: number }[] {
  const found: { name: string; weight: number }[] = [];
  for (const factor of pathFactors) {
    if ((changes || !factor.changing) && factor.holds(looked)) found.push(factor);
  }
  return found;
}

function isWholeTree(path: readonly string[], home: readonly string[]): boolean {
  return path.length <= 1 || (path.length === home.length && liesWithin(path, home));
}

/** Some file systems do not tell letters apart by their case. */
export const foldName = (segment: string): string => segment.toLowerCase();

/** `isAbove`: what lies below the path is changed with it. */
function governsSession(
  path: readonly string[],
  guarded: Disk["guarded"],
  isAbove: boolean,
): boolean {
  if (guarded.length === 0) return false;
  const named = path.map(foldName);
  return guarded.some((own) => liesWithin(named, own) || (isAbove && liesWithin(own, named)));
}
