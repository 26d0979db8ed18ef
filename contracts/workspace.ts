/** What a person has said of folders: whether they trust one, and as what it counts. Kept in the home, never in a project. */
import * as z from "zod";
import { limits } from "./limits.ts";
import { moment } from "./moment.ts";
import { outputFormat } from "./version.ts";

export const workspace = z.strictObject({
  /** Absolute, links followed. What is said of it holds below it too, up to the next folder of which something is said. */
  folder: z.string().min(1).max(limits.policyPathCharsMax),
  /** Null: nothing was said of trust. */
  trusted: z.boolean().nullable(),
  /** When trust ends; null when it does not. */
  trusted_until: moment.nullable(),
  profile: z.string().min(1).max(limits.workspaceProfileCharsMax).nullable(),
});
export type KnownWorkspace = z.infer<typeof workspace>;

/** The file itself. */
export const workspaceFile = z.strictObject({
  workspaces: z.array(workspace).max(limits.workspacesMax),
});

const format = z.literal(outputFormat);

/** `workspace list --json`: ascending by folder. */
export const workspaceListView = z.strictObject({ format, workspaces: z.array(workspace) });
export type WorkspaceListView = z.infer<typeof workspaceListView>;

/** `workspace trust|untrust|profile|forget --json`: what is known of the folder now. */
export const workspaceView = z.strictObject({ format, workspace });
export type WorkspaceView = z.infer<typeof workspaceView>;
