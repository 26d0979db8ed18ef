/** The memory store keeps the promises of every store. */
import { describe } from "bun:test";
import { systemRandom } from "../random.ts";
import { openMemoryStore } from "./memory.ts";
import { storeSuite } from "./store.suite.ts";

describe("memory store", () => {
  storeSuite((clock) => openMemoryStore({ clock, random: systemRandom, runtimeVersion: "0.0.0" }));
});
