/** Proves that the program finds itself: from source, by the file that runs the job alone. */
import { expect, test } from "bun:test";
import { commandOfItself } from "./itself.ts";

test("from source the job's own file is run by the same Bun", () => {
  expect(commandOfItself("__job", "/x/job-main.ts")).toEqual([process.execPath, "/x/job-main.ts"]);
});
