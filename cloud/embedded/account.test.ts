/** Whom PostgreSQL runs as. */
import { describe, expect, test } from "bun:test";
import { accountIn } from "./account.ts";

const passwd = [
  "root:x:0:0:root:/root:/bin/bash",
  "atlasbridge-database:x:7:7::/:/bin/sh",
  "atlasbridge-db:x:998:997::/:/usr/sbin/nologin",
  "broken:x::",
].join("\n");

describe("an account", () => {
  test("is found by its whole name", () => {
    expect(accountIn(passwd, "atlasbridge-db")).toEqual({ uid: 998, gid: 997 });
    expect(accountIn(passwd, "atlasbridge")).toBeNull();
  });

  test("without numbers is none, and never root by accident", () => {
    expect(accountIn(passwd, "broken")).toBeNull();
    expect(accountIn("", "atlasbridge-db")).toBeNull();
  });
});
