/** The tree grown in place is the tree of the contracts, at every size. */
import { expect, test } from "bun:test";
import { emptyFrontier } from "../../contracts/merkle.ts";
import { systemRandom } from "../random.ts";
import { Growth } from "./growth.ts";
import { withEntry } from "./tree.ts";

test("grown in place it is the same tree at each of the first 300 sizes", () => {
  const growth = new Growth();
  let tree = emptyFrontier;
  expect(growth.frontier()).toEqual(tree);
  for (let size = 1; size <= 300; size += 1) {
    const hash = systemRandom.bytes(32);
    growth.add(hash);
    tree = withEntry(tree, hash.toHex());
    expect(growth.frontier()).toEqual(tree);
  }
});
