/** Proves that a recording is played in its own time, faster or with shorter pauses, and stands still where it is asked to. */
import { expect, test } from "bun:test";
import { manualClock } from "../manual-clock.ts";
import { readCast } from "../pty/asciicast.ts";
import { Player, type PlayerOptions } from "./player.ts";

const lines = [
  '{"version":2,"width":20,"height":3}',
  '[0.5,"o","one "]',
  '[1.0,"m","{\\"type\\":\\"prompt\\",\\"id\\":\\"p\\",\\"seq\\":3}"]',
  '[1.5,"o","two "]',
  '[61.5,"r","30x4"]',
  '[61.6,"o","three "]',
  '[61.7,"m","{\\"type\\":\\"cut\\",\\"why\\":\\"bytes_max\\"}"]',
];

function playing(options: Partial<PlayerOptions> = {}) {
  const clock = manualClock();
  const player = new Player({
    cast: readCast(lines, "a"),
    clock,
    speed: 1,
    idleMsMax: Number.POSITIVE_INFINITY,
    pauses: true,
    changed: () => undefined,
    ...options,
  });
  const seen = (): string => player.screen.snapshot().lines[0]?.text ?? "";
  player.play();
  return { clock, player, seen };
}

test("in its own time up to a prompt, where it stands until it is told to go on", () => {
  const { clock, player, seen } = playing();
  clock.advance(499);
  expect(seen()).toBe("");
  clock.advance(1);
  expect(seen()).toBe("one");
  clock.advance(5_000);
  expect(player.state).toMatchObject({ doing: "standing", prompt: { id: "p", seq: 3 } });
  expect([seen(), player.playedMs]).toEqual(["one", 1_000]);
  player.play();
  clock.advance(500);
  expect(seen()).toBe("one two");
  clock.advance(60_000);
  expect(player.screen.snapshot().cols).toBe(30);
  clock.advance(1_000);
  expect(player.state).toEqual({ doing: "over", cut: "bytes_max" });
  expect(seen()).toBe("one two three");
  player.play();
  expect(player.state.doing).toBe("over");
});

test("faster, with pauses no longer than wanted, and without standing still", () => {
  const { clock, player, seen } = playing({ speed: 2, idleMsMax: 1_000, pauses: false });
  clock.advance(750);
  expect(seen()).toBe("one two");
  // A minute is a second, at twice the speed; then 0.2 s.
  clock.advance(599);
  expect(player.state.doing).toBe("playing");
  clock.advance(1);
  expect(player.state.doing).toBe("over");
});

test("step by step, from prompt to prompt, and stopped by hand", () => {
  const { clock, player, seen } = playing();
  player.step();
  expect([seen(), player.state.doing]).toEqual(["one", "standing"]);
  player.toPrompt();
  expect(player.state).toMatchObject({ doing: "standing", prompt: { id: "p" } });
  player.play();
  player.stand();
  clock.advance(100_000);
  expect([seen(), player.state]).toEqual(["one", { doing: "standing", prompt: null }]);
  player.toPrompt();
  expect(player.state.doing).toBe("over");
});
