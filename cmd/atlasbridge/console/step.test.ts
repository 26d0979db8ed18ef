/** What keys and events make of the console. */
import { expect, test } from "bun:test";
import { selectedItem } from "./items.ts";
import { promptAt, Scene, sessionAt } from "./scene.example.ts";

const two = [sessionAt(1), sessionAt(2)];
const both = [promptAt(1), promptAt(2)];

test("a key answers the chosen prompt alone, as it is shown, and once", () => {
  const scene = new Scene().live(two, both).presses("down", "y");
  expect(scene.effects).toEqual([{ do: "answer", prompt: promptAt(2), value: "y" }]);
  scene.presses("y");
  expect(scene.effects).toHaveLength(1);
  expect(scene.state.said?.text).toContain("already");
});

test("a key that was meant for a prompt that has just gone answers nothing", () => {
  const scene = new Scene().live(two, both).live(two, [promptAt(2)]);
  expect(selectedItem(scene.state)).toMatchObject({ prompt: { label: "label2" } });
  scene.happens({ on: "key", key: { key: "text", text: "y" } }, 300);
  expect(scene.effects).toEqual([]);
  expect(scene.state.said).toMatchObject({ tone: "bad" });
  scene.presses("y");
  expect(scene.effects).toMatchObject([{ do: "answer", value: "y" }]);
});

test("the choice stays with what was chosen, wherever it stands in the list", () => {
  const scene = new Scene().live(two, [promptAt(2)]).presses("down");
  const before = selectedItem(scene.state)?.key;
  scene.live([sessionAt(3), ...two], both);
  expect(selectedItem(scene.state)?.key).toBe(before ?? "");
});

test("the first prompt that waits is looked at, unless a session was chosen by hand", () => {
  expect(selectedItem(new Scene().live(two, []).live(two, both).state)?.is).toBe("prompt");
  const chosen = new Scene().live(two, []).presses("down").live(two, both);
  expect(selectedItem(chosen.state)?.is).toBe("session");
});

test("pasted text answers nothing, whether the terminal marks it or not", () => {
  const scene = new Scene().live(two, both);
  scene.presses({ key: "paste", text: "y" }, { key: "text", text: "yes, all of it" });
  expect(scene.effects).toEqual([]);
});

test("letters that came together are pressed one after the other", () => {
  const scene = new Scene().live(two, both).presses({ key: "text", text: "jn" });
  expect(scene.effects).toMatchObject([{ prompt: { label: "label2" }, value: "n" }]);
});

test("text is typed where words are asked for, on one line, and sent by Enter alone", () => {
  const prompt = promptAt(1, { kind: "free_text", question: "Which name?" });
  const scene = new Scene().live(two, [prompt]).presses("t", "a", "b", "backspace");
  scene.presses({ key: "paste", text: "\u001bc\nd" });
  expect(scene.effects).toEqual([]);
  scene.presses("enter");
  expect(scene.effects).toEqual([{ do: "answer", prompt, value: "ac d" }]);
});

test("what was typed for a prompt that has gone is not sent", () => {
  const prompt = promptAt(1, { kind: "free_text" });
  const scene = new Scene()
    .live(two, [prompt])
    .presses("t", "a")
    .live(two, [promptAt(2)]);
  expect(scene.presses("enter").effects).toEqual([]);
});

test("a password has no key, and its session can be attached", () => {
  const scene = new Scene().live(two, [promptAt(1, { kind: "password" })]).presses("y", "t", "a");
  expect(scene.effects).toMatchObject([{ do: "attach" }]);
});

test("a session is stopped by the second x alone", () => {
  const scene = new Scene().live(two, []).presses("x", "y");
  expect(scene.effects).toEqual([]);
  expect(scene.presses("x", "x").effects).toMatchObject([{ do: "steer", order: "stop" }]);
});

test("one that has ended is neither stopped nor attached", () => {
  const over = sessionAt(9, { state: "ended", ended_at: 1, activity: null, exit_code: 0 });
  const scene = new Scene().live([], []).happens({ on: "ended", sessions: [over] });
  expect(scene.presses("x", "a").effects).toEqual([]);
});

test("a filter hides what does not have its words, and Escape brings it back", () => {
  const scene = new Scene().live(two, both).presses("/", "l", "a", "b", "e", "l", "2", "enter");
  expect(selectedItem(scene.state)).toMatchObject({ prompt: { label: "label2" } });
  expect(scene.presses("y").effects).toMatchObject([{ prompt: { label: "label2" } }]);
  expect(scene.presses("escape").state.filter).toBe("");
});

test("panels follow each other both ways, and the doctor is asked when first looked for", () => {
  const scene = new Scene().live(two, both).presses("shift-tab");
  expect(scene.state.panel).toBe("doctor");
  expect(scene.effects).toEqual([{ do: "doctor" }]);
  expect(scene.presses("tab", "tab").state.panel).toBe("services");
  expect(scene.presses("s", "down", "r").effects.slice(1)).toEqual([
    { do: "service", service: "daemon", order: "start" },
    { do: "service", service: "dashboard", order: "restart" },
  ]);
});

test("with nothing there no key does anything but leave", () => {
  const scene = new Scene().live([], []);
  scene.presses(..."yndapfrxt1".split(""), "enter", "up", "down", "pageup", "end");
  expect(scene.effects).toEqual([]);
  expect(scene.presses("q").effects).toEqual([{ do: "quit" }]);
});
