/** Where a database is, as its URL says it. */
import { describe, expect, test } from "bun:test";
import { addressOf } from "./address.ts";

describe("an address", () => {
  test("is a host and a port, or the folder of a socket", () => {
    expect(addressOf("postgres://u:p@db.example/x").target).toEqual({
      host: "db.example",
      port: 5432,
    });
    expect(addressOf("postgres://u@[::1]:6432/x").target).toEqual({ host: "::1", port: 6432 });
    const socket = addressOf("postgres://u:p@localhost/x?host=%2Fvar%2Frun&application_name=a");
    expect(socket.target).toEqual({ path: "/var/run/.s.PGSQL.5432" });
    expect(socket.url).toBe("postgres://u:p@localhost/x?application_name=a");
  });

  test.each([
    ["", "none"],
    ["?sslmode=disable", "none"],
    ["?sslmode=require", "unverified"],
    ["?sslmode=verify-ca", "verify"],
    ["?sslmode=verify-full", "verify"],
  ] as const)("with %p is gone to with TLS: %s", (query, tls) => {
    expect(addressOf(`postgres://u@h/x${query}`).tls).toBe(tls);
  });
});
