/** Types of `setup.mjs`, which is plain JavaScript because nothing is installed yet when it runs. */
type Verb = { file: string; programs: string[]; builds: boolean; quiet: boolean };
type Packages = {
  packages: Record<string, { version?: string; integrity?: string; optional?: boolean }>;
};

export const systemPrograms: Record<string, string>;
export const verbs: Record<string, Verb>;
export function installedAsLocked(lock: Packages, installed: Partial<Packages>): boolean;
type Direct = { dependencies?: Record<string, string>; devDependencies?: Record<string, string> };

export function lockFits(manifest: Direct, lock: { packages: Record<string, Direct> }): boolean;
export function bunFolders(platform: string, arch: string, names: string[]): string[];
export function missingPrograms(programs: string[], path: string): string[];
export function installCommand(missing: string[]): string[];
