/** The way out of the machine is one file, and nobody who did not ask for it loads it. */
import { expect, test } from "bun:test";
import { checkUploadApart, checkWayOut } from "./outward.ts";
import { type File, type Finding, findingLine } from "./source.ts";

function said(
  check: (files: readonly File[]) => Finding[],
  tree: Record<string, string>,
): string[] {
  return check(Object.entries(tree).map(([path, text]) => ({ path, text }))).map(findingLine);
}

test("in the local program one file opens connections, and the sockets of sessions stay local", () => {
  const tree = {
    "runtime/upload/cloud.ts": 'fetch("x");\n',
    "runtime/operator/listen.ts": "Bun.listen({ unix: path });\n",
    "runtime/upload/uploader.ts": 'fetch("x");\n',
    "cmd/atlasbridge/status.ts": 'import { connect } from "node:net";\n',
    "cmd/check/run.ts": 'fetch("x");\n',
    "runtime/upload/service.example.ts": 'import { createServer } from "node:http";\n',
  };
  const only = "only runtime/upload/cloud.ts opens a connection, but this";
  expect(said(checkWayOut, tree)).toEqual([
    `runtime/upload/uploader.ts:1: ${only} uses fetch; take a Cloud as a parameter`,
    `cmd/atlasbridge/status.ts:1: ${only} imports node:net; take a Cloud as a parameter`,
  ]);
});

test("what could speak to a cloud is loaded by nobody who did not ask for it", () => {
  const tree = {
    "cmd/atlasbridge/cloud.ts":
      'import type { A } from "./cloud/a.ts";\nrun(() => import("./cloud/a.ts"));\n',
    "cmd/atlasbridge/cloud/a.ts": 'import { b } from "../../../runtime/upload/b.ts";\n',
    "cmd/atlasbridge/run.ts": 'import { a } from "./record.ts";\n',
    "cmd/atlasbridge/record.ts": 'import { b } from "../../runtime/upload/b.ts";\n',
    "runtime/upload/b.ts": "export const b = 1;\n",
  };
  expect(said(checkUploadApart, tree)).toEqual([
    "cmd/atlasbridge/record.ts:1: loads runtime/upload/b.ts with everything else; import it inside the action that needs it",
  ]);
});
