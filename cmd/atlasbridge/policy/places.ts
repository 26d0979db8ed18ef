/** Where the policies lie that hold for a session of this user in a folder. */
import type { StackPlaces } from "../../../runtime/policy/stack.ts";
import type { Cli } from "../cli.ts";

/** `file`: the user's own, when a person named another than the home's. */
export function stackPlaces(
  { paths }: Cli,
  { file, cwd }: { file: string | undefined; cwd: string },
): StackPlaces {
  const user = { file: file ?? paths.policyFile, given: file !== undefined };
  return { admin: paths.adminPolicyFile, user, cwd };
}
