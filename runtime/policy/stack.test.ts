/** The policies of a session: where they are looked for, which may decide, and how they decide together. */
import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import {
  chmodSync,
  chownSync,
  mkdirSync,
  mkdtempSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { PolicyLayer } from "../../contracts/decision.ts";
import { limits } from "../../contracts/limits.ts";
import { exampleFacts } from "./examples.ts";
import { decideInLayers } from "./layers.ts";
import { openStack, type StackPlaces } from "./stack.ts";

let folder = "";
beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), "policy-stack-")));
  for (const name of ["etc", "home", "work/sub/deep"]) {
    mkdirSync(join(folder, name), { recursive: true });
  }
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const at = (...names: string[]) => join(folder, ...names);
const projectFile = "work/.atlasbridge/policy.yaml";
const isRoot = process.geteuid?.() === 0;

function write(name: string, text: string, mode = 0o600): string {
  const path = at(name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
  chmodSync(path, mode);
  return path;
}

function policy(...lines: string[]): string {
  return `policy_version: "2"\n${lines.join("\n")}\n`;
}

function rule(id: string, action: string, match = "{}"): string {
  const says = action === "auto_reply" ? '{ type: auto_reply, value: "y" }' : `{ type: ${action} }`;
  return `rules: [{ id: ${id}, match: ${match}, action: ${says} }]`;
}

function open(changes: Partial<StackPlaces> = {}) {
  const user = { file: at("home/policy.yaml"), given: false };
  const places = { admin: at("etc/policy.yaml"), user, cwd: at("work"), ...changes };
  return openStack(places, { platform: "linux", userHome: at("home") });
}

function decision(changes: Partial<StackPlaces> = {}, counts: [PolicyLayer, string][] = []) {
  const autoReplies = (layer: PolicyLayer) =>
    new Map(counts.filter(([name]) => name === layer).map(([, id]) => [id, 1]));
  const { action, rule_id, layer } = decideInLayers(
    { ...exampleFacts(), autoReplies },
    open(changes).policy,
  );
  return [action, rule_id, layer];
}

describe("together", () => {
  test("without any file all is a person's", () => {
    expect(decision()).toEqual(["require_human", null, undefined]);
    expect(open().parts.map(({ layer, files }) => [layer, files])).toEqual([["user", []]]);
  });

  test("one policy alone has the hash of its file, and several one of them all", () => {
    write("home/policy.yaml", policy(rule("u", "auto_reply")));
    const alone = open();
    expect(alone.policy.hash).toBe(alone.parts[0]?.compiled.hash ?? "");
    const seen = new Set([alone.policy.hash]);
    write(projectFile, policy(rule("p", "auto_reply")));
    seen.add(open().policy.hash);
    write(projectFile, policy(rule("q", "auto_reply")));
    seen.add(open().policy.hash);
    expect(seen.size).toBe(3);
  });

  test("who speaks first and who only holds back", () => {
    const user = (action: string) => write("home/policy.yaml", policy(rule("u", action)));
    const project = (action: string) => write(projectFile, policy(rule("p", action)));
    user("auto_reply");
    project("auto_reply");
    expect(decision()).toEqual(["auto_reply", "u", "user"]);
    for (const action of ["notify_only", "require_human", "deny"]) {
      project(action);
      expect(decision()).toEqual([action, "p", "project"]);
    }
    user("deny");
    project("auto_reply");
    expect(decision()).toEqual(["deny", "u", "user"]);
  });

  test("a project's reply is never given, and its rule does not shadow the defaults", () => {
    write("home/policy.yaml", policy("defaults: { no_match: deny }"));
    write(projectFile, policy(rule("p", "auto_reply")));
    expect(decision()).toEqual(["deny", null, "user"]);
  });

  test("the strictest mode, brakes and defaults hold, whoever gives them", () => {
    write("home/policy.yaml", policy("autonomy_mode: full", "brakes: { replies_per_minute: 5 }"));
    write(
      projectFile,
      policy(
        "autonomy_mode: assist",
        "brakes: { replies_per_minute: 9, replies_per_session: 3 }",
        "defaults: { no_match: deny }",
      ),
    );
    const { policy: layered } = open();
    expect(layered.mode).toBe("assist");
    for (const { compiled } of layered.layers) {
      expect(compiled.policy.brakes).toEqual({ replies_per_minute: 5, replies_per_session: 3 });
    }
    expect(decision()).toEqual(["deny", null, "project"]);
    write(projectFile, policy("autonomy_mode: full"));
    write("home/policy.yaml", policy("autonomy_mode: off"));
    expect(open().policy.mode).toBe("off");
  });

  test("replies are counted by layer: a rule of the same id elsewhere is another", () => {
    const once = '{ id: same, action: { type: auto_reply, value: "y" }, max_auto_replies: 1 }';
    write("home/policy.yaml", policy(`rules: [${once}]`));
    expect(decision({}, [["project", "same"]])[0]).toBe("auto_reply");
    expect(decision({}, [["user", "same"]])[0]).toBe("require_human");
  });

  test("a named policy stands in the place of the user's own alone", () => {
    write("home/policy.yaml", policy(rule("u", "auto_reply")));
    write(projectFile, policy(rule("p", "deny", "{ contains: delete }")));
    const file = write("other.yaml", policy(rule("o", "require_human")));
    expect(decision({ user: { file, given: true } })).toEqual(["require_human", "o", "user"]);
    expect(open({ user: { file, given: true } }).parts.map(({ layer }) => layer)).toEqual([
      "user",
      "project",
    ]);
    const missing = { file: at("none.yaml"), given: true };
    expect(() => open({ user: missing })).toThrow("there is no policy");
  });

  test("every rule is known by its file and line", () => {
    const base = write(
      "home/base.yaml",
      policy("rules:", "  - { id: far, action: { type: deny } }"),
    );
    const near = write(
      "home/policy.yaml",
      policy("extends: base.yaml", "rules:", "  - id: near", "    action: { type: deny }"),
    );
    const [{ places, files } = { places: new Map(), files: [] }] = open().parts;
    expect(files).toEqual([near, base]);
    expect(places.get("near")).toEqual({ file: near, line: 4, column: 5 });
    expect(places.get("far")).toEqual({ file: base, line: 3, column: 5 });
  });
});

describe("a project's policy", () => {
  const held = ["require_human", "project-policy-is-broken", "project"];
  beforeEach(() => void write("home/policy.yaml", policy(rule("u", "auto_reply"))));

  test("is found from below, up to the top of the work tree and no further", () => {
    write(projectFile, policy(rule("p", "deny")));
    const deep = { cwd: at("work/sub/deep") };
    expect(decision(deep)[0]).toBe("auto_reply");
    mkdirSync(at("work/.git"));
    expect(decision(deep)).toEqual(["deny", "p", "project"]);
    mkdirSync(at("work/sub/.git"));
    expect(decision(deep)[0]).toBe("auto_reply");
    write("work/sub/.atlasbridge/policy.yaml", policy(rule("near", "notify_only")));
    expect(decision(deep)).toEqual(["notify_only", "near", "project"]);
  });

  test("that is not valid leaves every prompt to a person, and says why", () => {
    write(projectFile, policy(rule("p", "deny"), "nam: x"));
    expect(decision()).toEqual(held);
    const [warning] = open().warnings;
    expect(warning).toContain(':3:1: "nam" is not a field');
    expect(warning).toEndWith("until this is mended every prompt here is yours");
  });

  for (const [name, make] of [
    ["a folder", () => mkdirSync(at(projectFile), { recursive: true })],
    ["a link out of the project", () => link(write("outside.yaml", policy(rule("p", "deny"))))],
    ["a link that leads nowhere", () => link(at("nowhere"))],
    ["a link to an endless device", () => link("/dev/zero")],
    ["in a folder that is linked in from elsewhere", linkFolder],
    ["larger than a policy may be", () => write(projectFile, "x".repeat(10_000_000))],
    ["valid, but larger than a project's may be", () => write(projectFile, large())],
    ["not text", () => writeFileSync(write(projectFile, ""), new Uint8Array([0x61, 0xff]))],
    ["writable by others", () => write(projectFile, policy(rule("p", "deny")), 0o666)],
    [
      "made of what lies outside",
      () => write(projectFile, policy("extends: ../../home/policy.yaml")),
    ],
    ["made of a link that leads outside", extendLink],
    ["extending itself", () => write(projectFile, policy("extends: policy.yaml"))],
  ] as const) {
    test(`that is ${name} answers nothing and holds everything back`, () => {
      make();
      expect(decision()).toEqual(held);
      expect(open().warnings).toHaveLength(1);
      expect(open().warnings.join("").length).toBeLessThan(1_000);
    });
  }

  test("is none where its folder is a file", () => {
    write("work/.atlasbridge", "");
    expect(decision()).toEqual(["auto_reply", "u", undefined]);
  });

  test("behind a loop of links must not count as none", () => {
    symlinkSync(".atlasbridge", at("work/.atlasbridge"));
    expect(decision()).toEqual(held);
  });

  test("that is a pipe is not waited for", () => {
    mkdirSync(at("work/.atlasbridge"));
    expect(Bun.spawnSync(["mkfifo", "-m", "600", at(projectFile)]).exitCode).toBe(0);
    expect(decision()).toEqual(held);
    rmSync(at(projectFile));
    expect(Bun.spawnSync(["mkfifo", "-m", "600", at("work/.atlasbridge/base")]).exitCode).toBe(0);
    write(projectFile, policy("extends: base"));
    expect(decision()).toEqual(held);
  });

  test("is no second one where the settings themselves lie", () => {
    write(projectFile, policy(rule("mine", "auto_reply")));
    const user = { file: at(projectFile), given: false };
    expect(decision({ user })).toEqual(["auto_reply", "mine", undefined]);
  });

  test("of which a line is quoted says nothing of a file that it links to", () => {
    link(write("secret", "hunter2: hunter2\n"));
    expect(open().warnings.join("")).not.toContain("hunter2");
  });

  test("may be made of several files of the project", () => {
    write("work/.atlasbridge/base.yaml", policy(rule("base", "deny")));
    write(projectFile, policy("extends: base.yaml"));
    expect(decision()).toEqual(["deny", "base", "project"]);
  });
});

function large(): string {
  return policy(rule("p", "deny"), `#${"x".repeat(limits.projectPolicyBytesMax)}`);
}

function link(target: string): void {
  mkdirSync(dirname(at(projectFile)), { recursive: true });
  symlinkSync(target, at(projectFile));
}

function linkFolder(): void {
  write("alien/policy.yaml", policy(rule("p", "deny")));
  symlinkSync(at("alien"), at("work/.atlasbridge"));
}

function extendLink(): void {
  write(projectFile, policy("extends: base.yaml"));
  symlinkSync(at("home/policy.yaml"), at("work/.atlasbridge/base.yaml"));
}

describe("the machine's policy", () => {
  test("that others than root could have written is left out, and says why", () => {
    write("home/policy.yaml", policy(rule("u", "auto_reply")));
    write("etc/policy.yaml", policy(rule("a", "deny")), 0o666);
    expect(decision()).toEqual(["auto_reply", "u", undefined]);
    const [warning] = open().warnings;
    expect(warning).toStartWith(`the machine's policy ${at("etc/policy.yaml")} can be changed`);
    expect(warning).toEndWith("it is ignored");
  });

  // Skipped without root: a file of another user has to be made.
  test.skipIf(!isRoot)("that belongs to somebody else is left out", () => {
    const file = write("etc/policy.yaml", policy(rule("a", "deny")), 0o644);
    chownSync(file, 12_345, 0);
    expect(open().parts.map(({ layer }) => layer)).toEqual(["user"]);
  });

  test("is looked for again when there was none", () => {
    expect(open().names).toEqual([at("etc/policy.yaml"), at("home/policy.yaml"), at(projectFile)]);
  });
});

test("a policy of the home that is a pipe is not waited for", () => {
  expect(Bun.spawnSync(["mkfifo", "-m", "600", at("home/policy.yaml")]).exitCode).toBe(0);
  expect(() => open()).toThrow("is a pipe or a device");
});

test("what a policy extends is never waited for", () => {
  expect(Bun.spawnSync(["mkfifo", "-m", "600", at("home/base")]).exitCode).toBe(0);
  const file = write("home/policy.yaml", policy("extends: base"));
  expect(() => open({ user: { file, given: true } })).toThrow("is a pipe or a device");
});
