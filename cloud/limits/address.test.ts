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
  expect(addressOf("::ffff:192.0.2.1", null, 0)).toBe("::ffff:192.0.2.1");
});
