/** Each role may do what the ones before it may, and nothing of the ones behind it. */
import { expect, test } from "bun:test";
import { isAtLeast, role, roles } from "./roles.ts";

test("of the three, each may do its own and what those before it may", () => {
  expect(roles).toEqual(["viewer", "operator", "admin"]);
  const may = roles.map((has) => roles.filter((needed) => isAtLeast(has, needed)));
  expect(may).toEqual([["viewer"], ["viewer", "operator"], ["viewer", "operator", "admin"]]);
});

test("there is no fourth", () => {
  expect(role.options).toEqual([...roles]);
  expect(role.safeParse("owner").success).toBeFalse();
});
