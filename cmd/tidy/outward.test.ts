/** The ways out of the machine are two files, and nobody who did not ask for them loads them. */
import { expect, test } from "bun:test";
import { checkWaysApart, checkWayOut } from "./outward.ts";
import { type File, type Finding, findingLine } from "./source.ts";

function said(
  check: (files: readonly File[]) => Finding[],
  tree: Record<string, string>,
): string[] {
  return check(Object.entries(tree).map(([path, text]) => ({ path, text }))).map(findingLine);
}

test("in the local program two files open connections, and the sockets of sessions stay local", () => {
  const tree = {
    "runtime/upload/cloud.ts": 'fetch("x");\n',
    "runtime/operator/notify/post.ts": 'fetch("x");\n',
    "runtime/operator/notify/start.ts": 'fetch("x");\n',
    "runtime/operator/listen.ts": "Bun.listen({ unix: path });\n",
    "runtime/upload/uploader.ts": 'fetch("x");\n',
    "cmd/atlasbridge/status.ts": 'import { connect } from "node:net";\n',
    "cmd/check/run.ts": 'fetch("x");\n',
    "runtime/upload/service.example.ts": 'import { createServer } from "node:http";\n',
  };
  const only =
    "only runtime/upload/cloud.ts and runtime/operator/notify/post.ts open a connection, but this";
  expect(said(checkWayOut, tree)).toEqual([
    `runtime/operator/notify/start.ts:1: ${only} uses fetch; take a Cloud as a parameter`,
    `runtime/upload/uploader.ts:1: ${only} uses fetch; take a Cloud as a parameter`,
    `cmd/atlasbridge/status.ts:1: ${only} imports node:net; take a Cloud as a parameter`,
  ]);
});

test("what calls a person elsewhere is loaded by the process that does so alone", () => {
  const tree = {
    "cmd/atlasbridge.ts": 'void import("../runtime/operator/notify/serve.ts");\n',
    "cmd/atlasbridge/run.ts": 'import { b } from "../../runtime/operator/notify/start.ts";\n',
    "runtime/operator/notify/start.ts": 'import { a } from "./post.ts";\n',
    "runtime/operator/notify/serve.ts": 'import { a } from "./post.ts";\n',
    "runtime/operator/notify/post.ts": "export const a = 1;\n",
  };
  expect(said(checkWaysApart, tree)).toEqual([
    "runtime/operator/notify/start.ts:1: loads runtime/operator/notify/post.ts with everything else; import it inside the action that needs it",
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
  expect(said(checkWaysApart, tree)).toEqual([
    "cmd/atlasbridge/record.ts:1: loads runtime/upload/b.ts with everything else; import it inside the action that needs it",
  ]);
});
