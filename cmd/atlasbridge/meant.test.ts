/** Whoever says it in other words is told ours; every one of them is a command that there is. */
import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Command } from "commander";
import { meantBy } from "./meant.ts";
import { buildProgram } from "./program.ts";

const nothing = { isProgram: () => false };

test("words of other programs lead to commands that there are, with their own options", async () => {
  const program = await buildProgram();
  const source = readFileSync(join(import.meta.dir, "meant.ts"), "utf8");
  const table = source.slice(source.indexOf("words:"), source.indexOf("};"));
  const names = [...table.matchAll(/(\w+): "/g)].map(([, name = ""]) => name);
  expect(names.length).toBeGreaterThan(40);
  for (const name of names) {
    const said = meantBy({ name, ...nothing }) ?? "";
    // It must not be one itself: then nobody would be told.
    expect(program.commands.map((one) => one.name())).not.toContain(name);
    let at: Command = program;
    for (const word of said.split(" ").filter((one) => /^[a-z]/.test(one))) {
      const next = at.commands.find((one) => one.name() === word);
      if (next === undefined) break;
      at = next;
    }
    expect({ name, said, leaf: at.commands.length }).toEqual({ name, said, leaf: 0 });
    for (const option of said.match(/--[a-z]+/g) ?? []) {
      expect(at.options.map(({ long }) => long)).toContain(option);
    }
  }
});

test("a program's name is one to be governed; our words go before it, and nonsense is nothing", () => {
  const isProgram = (name: string): boolean => ["vim", "ls"].includes(name);
  expect(meantBy({ name: "vim", isProgram })).toBe("run -- vim");
  expect(meantBy({ name: "ls", isProgram })).toBe("sessions list");
  expect(meantBy({ name: "constructor", isProgram })).toBeNull();
});

test("a letter amiss is seen through, but not in words so short that it makes another", () => {
  expect(meantBy({ name: "stauts", ...nothing })).toBe("sessions list");
  expect(meantBy({ name: "verfy", ...nothing })).toBe("trace verify");
  expect(meantBy({ name: "verifyy", ...nothing })).toBe("trace verify");
  expect(meantBy({ name: "clauda", ...nothing })).toBe("run -- claude");
  for (const name of ["pss", "lss", "versions", "tarce", "xyzzy"]) {
    expect(meantBy({ name, ...nothing })).toBeNull();
  }
});
