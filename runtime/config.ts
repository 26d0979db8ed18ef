/** What the outside told us: the only file of the runtime that reads the environment. */
import { homedir } from "node:os";

export type Environment = {
  platform: NodeJS.Platform;
  userHome: string;
  /** All variables, as inherited. */
  variables: Readonly<Record<string, string>>;
};

export function readEnvironment(): Environment {
  const variables: Record<string, string> = {};
  for (const [name, value] of Object.entries(process.env)) {
    if (value !== undefined) variables[name] = value;
  }
  return { platform: process.platform, userHome: homedir(), variables };
}
