/** `atlasbridge workspace …`: what a person says of folders, for rules that ask `workspace_trusted` or `workspace_profile`. */
import { AtlasError } from "../../contracts/errors.ts";
import { limits } from "../../contracts/limits.ts";
import { outputFormat } from "../../contracts/version.ts";
import type { WorkspaceListView } from "../../contracts/workspace.ts";
import { systemClock } from "../../runtime/clock.ts";
import { type Cli, print, type Register } from "./cli.ts";
import { changeWorkspace, listOrThrow, sayWorkspace } from "./workspace/known.ts";

const help = `
Examples:
  $ atlasbridge workspace trust ~/src/mine               until you say otherwise
  $ atlasbridge workspace trust --for 8h                 this folder, today
  $ atlasbridge workspace profile work ~/src/mine
  $ atlasbridge workspace list

A rule asks for it:
  match: { workspace_trusted: true, workspace_profile: work }
What is said of a folder holds below it too, up to the next folder of which
something is said. It is kept in your home folder, never in the project, and
does nothing by itself.
`;

const folderHelp = "the folder (default: this one)";

const examples = `
Examples:
  $ atlasbridge workspace trust --for 8h
  $ atlasbridge workspace list
`;

export const registerWorkspace: Register = (program, run) => {
  const workspace = program
    .command("workspace")
    .description("say which folders you trust, for rules that ask")
    .addHelpText("after", examples);

  workspace
    .command("trust")
    .description("trust a folder and what is below it")
    .argument("[folder]", folderHelp)
    .option("--for <time>", "only for so long: a number of m, h or d, such as 8h")
    .addHelpText("after", help)
    .action(
      run((cli, folder: string | undefined, options: { for?: string }) =>
        trust(cli, folder, options.for),
      ),
    );

  workspace
    .command("untrust")
    .description("no longer trust a folder and what is below it")
    .argument("[folder]", folderHelp)
    .addHelpText("after", "\nExample:\n  $ atlasbridge workspace untrust ~/src/mine\n")
    .action(run(untrust));

  workspace
    .command("profile")
    .description("give a folder a profile: a name that rules compare")
    .argument("<name>", "letters, digits, . _ and -")
    .argument("[folder]", folderHelp)
    .addHelpText("after", "\nExample:\n  $ atlasbridge workspace profile work ~/src/mine\n")
    .action(run(setProfile));

  workspace
    .command("forget")
    .description("forget what was said of a folder: trust and profile")
    .argument("[folder]", folderHelp)
    .addHelpText("after", "\nExample:\n  $ atlasbridge workspace forget ~/src/old\n")
    .action(run(forget));

  workspace
    .command("list")
    .description("print what was said of which folders")
    .addHelpText("after", "\nExample:\n  $ atlasbridge workspace list --json\n")
    .action(run(list));
};

function trust(cli: Cli, folder: string | undefined, time: string | undefined): number {
  const trusted_until = time === undefined ? null : systemClock.now() + msOf(time);
  return changeWorkspace(cli, folder, {
    action: "workspace.trusted",
    loosens: true,
    change: (before) => ({ ...before, trusted: true, trusted_until }),
  });
}

/** Below a folder that is trusted it has to be said; elsewhere saying nothing is enough. */
function untrust(cli: Cli, folder: string | undefined): number {
  return changeWorkspace(cli, folder, {
    action: "workspace.untrusted",
    loosens: false,
    change: (before, above) => {
      return { ...before, trusted: above.trusted ? false : null, trusted_until: null };
    },
  });
}

function setProfile(cli: Cli, profile: string, folder: string | undefined): number {
  if (!/^[A-Za-z0-9._-]+$/.test(profile) || profile.length > limits.workspaceProfileCharsMax) {
    const most = limits.workspaceProfileCharsMax;
    throw new AtlasError("usage", `a profile is 1 to ${most} letters, digits, . _ and -`);
  }
  return changeWorkspace(cli, folder, {
    action: "workspace.profiled",
    loosens: true,
    change: (before) => ({ ...before, profile }),
  });
}

function forget(cli: Cli, folder: string | undefined): number {
  return changeWorkspace(cli, folder, {
    action: "workspace.forgotten",
    // Below a folder that is not trusted, or of another profile, it may let policies do more.
    loosens: true,
    change: (before) => ({ ...before, trusted: null, trusted_until: null, profile: null }),
  });
}

function list(cli: Cli): number {
  const workspaces = [...listOrThrow(cli)];
  const view: WorkspaceListView = { format: outputFormat, workspaces };
  return print(cli, view, () =>
    workspaces.length === 0
      ? "nothing was said of any folder; trust one with: atlasbridge workspace trust\n"
      : workspaces.map((one) => `${sayWorkspace(one)}\n`).join(""),
  );
}

const unitsMs = { m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

function msOf(time: string): number {
  const [, number = "", unit = ""] = /^([1-9]\d{0,3})([mhd])$/.exec(time) ?? [];
  if (unit === "m" || unit === "h" || unit === "d") return Number(number) * unitsMs[unit];
  throw new AtlasError("usage", `--for takes a number of m, h or d, such as 8h; not ${time}`);
}
