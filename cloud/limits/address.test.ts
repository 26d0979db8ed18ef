/** From where a request comes: what a client writes into a header by itself changes nothing. */
import { expect, test } from "bun:test";
import { addressOf } from "./address.ts";

test("without a proxy, it is the other end of the connection", () => {
  expect(addressOf("192.0.2.1", null, 0)).toBe("192.0.2.1");
  expect(addressOf("192.0.2.1", "203.0.113.9", 0)).toBe("192.0.2.1");
  expect(addressOf(null, null, 0)).toBe("unknown");
});

test("behind proxies, it is whom the outermost of ours has heard from", () => {
  expect(addressOf("10.0.0.1", "6.6.6.6, 192.0.2.1", 1)).toBe("192.0.2.1");
  expect(addressOf("10.0.0.1", "6.6.6.6, 192.0.2.1, 10.0.0.2", 2)).toBe("192.0.2.1");
  expect(addressOf("10.0.0.1", "", 1)).toBe("10.0.0.1");
  expect(addressOf("10.0.0.1", "192.0.2.1", 2)).toBe("10.0.0.1");
});

test("a whole network of one customer is one address", () => {
  expect(addressOf("2001:db8:1:2:3:4:5:6", null, 0)).toBe("2001:db8:1:2::/64");
  expect(addressOf("2001:db8:1:2:ffff::9", null, 0)).toBe("2001:db8:1:2::/64");
  for (const short of [
    "2001:db8::1",
    "2001:db8::aaaa:bbbb:cccc:dddd",
    "2001:DB8:0::7",
    "2001:db8::",
  ]) {
    expect([short, addressOf(short, null, 0)]).toEqual([short, "2001:db8:0:0::/64"]);
  }
  expect(addressOf("fe80::1%eth0", null, 0)).toBe("fe80:0:0:0::/64");
  expect(addressOf("::1", null, 0)).toBe("0:0:0:0::/64");
});

test("an IPv4 address is the same in whatever form it is written", () => {
  for (const one of [
    "192.0.2.1",
    "::ffff:192.0.2.1",
    "::FFFF:c000:201",
    "0:0:0:0:0:ffff:c000:0201",
  ]) {
    expect([one, addressOf(one, null, 0)]).toEqual([one, "192.0.2.1"]);
  }
});

test("what is no address is one by its text, of a bounded length", () => {
  for (const none of [":::", "1:2", "2001:db8::1::2", "x:y", "1:2:3:4:5:6:7:8:9"]) {
    expect(addressOf(none, null, 0)).toBe(none);
  }
  expect(addressOf("z".repeat(500), null, 0)).toHaveLength(64);
});
