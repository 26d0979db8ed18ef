/** Keeps the machine-wide brake in one small file, which every session reads just before it types. */
import {
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  writeFileSync,
} from "node:fs";
import { dirname } from "node:path";
import { type Autopilot, autopilot } from "../../contracts/autopilot.ts";
import { AtlasError } from "../../contracts/errors.ts";

const untouched: Autopilot = { state: "running", mode: "full", changed_at: null };

export type ReadAutopilot = Autopilot & {
  /** Why the file could not be read: then everything is paused. Null when it could. */
  fault: string | null;
};

/** Never throws. What cannot be read or understood pauses everything: somebody may have meant to. */
export function readAutopilot(file: string): ReadAutopilot {
  try {
    // Most machines never had one, and an error that is thrown takes longer than all the rest.
    if (lstatSync(file, { throwIfNoEntry: false }) === undefined)
      return { ...untouched, fault: null };
    return { ...autopilot.parse(JSON.parse(readSmallFile(file))), fault: null };
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : "not understood";
    if (code === "ENOENT") return { ...untouched, fault: null };
    return { state: "paused", mode: "off", changed_at: null, fault: `${file}: ${code}` };
  }
}

const bytesMax = 4_096;

/** Neither waits, as at a pipe, nor reads without an end, as at a device: every keystroke comes after this. */
function readSmallFile(file: string): string {
  const { O_RDONLY, O_NONBLOCK, O_NOFOLLOW } = constants;
  const descriptor = openSync(file, O_RDONLY | O_NONBLOCK | O_NOFOLLOW);
  try {
    const stat = fstatSync(descriptor);
    if (!stat.isFile() || stat.size > bytesMax) throw new Error("not the file that was written");
    return readFileSync(descriptor, "utf8");
  } finally {
    closeSync(descriptor);
  }
}

/** In one step: a session reads the old state or the new one. Throws `home_unusable`. */
export function writeAutopilot(file: string, state: Autopilot): void {
  const beside = `${file}.new`;
  try {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    writeFileSync(beside, `${JSON.stringify(state)}\n`, { mode: 0o600, flush: true });
    renameSync(beside, file);
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : String(error);
    const message = `${file} cannot be written (${code}); check the folder's owner, mode and free space`;
    throw new AtlasError("home_unusable", message, { cause: error });
  }
}
