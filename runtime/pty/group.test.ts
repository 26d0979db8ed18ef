/** Whose text is taken for a question of the reader's, among the processes of one group. */
import { expect, test } from "bun:test";
import { type Member, otherAsked } from "./group.ts";
import type { ProcessStat } from "./kernel-text.ts";

type Drawn = {
  pid: number;
  parent: number;
  started?: number;
  goes?: true;
  works?: true;
  state?: string;
};

function member({ pid, parent, started = pid, goes, works, state = "S" }: Drawn): Member {
  const terminal = { group: 1, session: 1, ttyPath: "/dev/pts/1", foregroundGroup: 1 };
  const stat: ProcessStat = { state, parent, started, threads: 1, ...terminal };
  return { pid, stat, works: () => works === true, goesOn: () => goes === true };
}

/** Whether somebody else asked, where 9 reads and these wrote last; null: that cannot be told. */
function others(members: readonly Drawn[], wrote: readonly number[] | null): boolean {
  const who = wrote === null ? null : new Set(wrote.map(String));
  const lastOf = () => (who === null ? null : { who, first: true });
  return otherAsked(9, members.map(member), { lastOf });
}

const reader = { pid: 9, parent: 5 };
const shell = { pid: 5, parent: 1 };

test("who goes on beside the reader and has written may have asked nothing", () => {
  const worker = { pid: 7, parent: 5, goes: true } as const;
  expect(others([shell, reader, worker], [7])).toBe(true);
  expect(others([shell, reader, worker], null)).toBe(true);
  expect(others([shell, reader, worker], [9])).toBe(false);
  expect(others([shell, reader, { ...worker, state: "T" }], [7])).toBe(false);
  expect(others([shell, reader, { pid: 7, parent: 5 }], [7])).toBe(false);
});

test("one that waits for what goes on goes on itself", () => {
  const looping = { pid: 7, parent: 5 };
  const sleep = { pid: 8, parent: 7, goes: true } as const;
  expect(others([shell, reader, looping, sleep], [7])).toBe(true);
  expect(others([shell, reader, looping], [7])).toBe(false);
});

test("what the reader has started itself counts", () => {
  expect(
    others(
      [
        { pid: 9, parent: 1 },
        { pid: 12, parent: 9, goes: true },
      ],
      [12],
    ),
  ).toBe(true);
});

test("a parent has asked for the reader, unless it started something else since", () => {
  const earlier = { pid: 7, parent: 5, goes: true } as const;
  const later = { pid: 12, parent: 5, goes: true } as const;
  expect(others([shell, reader, earlier], [5])).toBe(false);
  expect(others([shell, reader, later], [5])).toBe(true);
  // Numbers of processes begin anew.
  expect(others([shell, reader, { ...later, pid: 6, started: 12 }], [5])).toBe(true);
  expect(others([shell, reader, { ...earlier, started: 9, pid: 7 }], [5])).toBe(false);
});

test("a parent that works on has not asked for the reader", () => {
  expect(others([{ ...shell, works: true }, reader], [5])).toBe(true);
  expect(others([{ ...shell, works: true }, reader], [9])).toBe(false);
  expect(others([{ ...shell, goes: true }, reader], [5])).toBe(false);
});

test("parents that go round in a circle end the search", () => {
  expect(
    others(
      [
        { pid: 9, parent: 5 },
        { pid: 5, parent: 9, goes: true },
      ],
      [5],
    ),
  ).toBe(false);
});
