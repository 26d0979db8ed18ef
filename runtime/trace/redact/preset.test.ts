/** Proves that the maintained rules are asked where they may find something, and are not even loaded elsewhere. */
import { expect, test } from "bun:test";
import { rules } from "@secretlint/secretlint-rule-preset-recommend";
import { fake } from "./fakes.example.ts";
import { anchors, PresetRules } from "./preset.ts";

const names: string[] = rules.map(({ meta }: { meta: { id: string } }) =>
  meta.id.replace("@secretlint/secretlint-rule-", ""),
);

test("every rule of the preset has its anchor here, and no anchor is without a rule", () => {
  expect(Object.keys(anchors).toSorted()).toEqual(names.toSorted());
});

/** Texts that these rules find something in. */
const finds: Readonly<Record<string, string>> = {
  aws: `AWS_SECRET_ACCESS_KEY=${fake("@b40")}`,
  npm: fake("np|m_@a36"),
  slack: fake("xo|xb-@d12-@d13-@a24"),
  basicauth: "https://ada:hunter22@example.org/",
  openai: fake("sk-|@a20T3Blbk|FJ@a20"),
  anthropic: fake("sk-|ant-api03-@w93AA"),
  groq: fake("gs|k_@a52"),
  linear: fake("lin|_api_@a40"),
  notion: fake("nt|n_@d11@a35"),
  sendgrid: fake("S|G.@a22.@a43"),
  shopify: fake("shp|at_@x32"),
  stripe: fake("sk_|live_@a24"),
  github: fake("gh|p_@a36"),
  gitlab: fake("gl|pat-@a20"),
  grafana: fake("gl|sa_@a32_@x8"),
  "database-connection-string": "postgres://app:s3cr3t-word@db.internal:5432/shop",
  "hashicorp-vault": fake("hv|s.@a95"),
  vercel: fake("vc|p_@a56"),
  databricks: fake("da|pi@x32"),
  docker: fake("dckr|_pat_@a27"),
  figma: fake("fi|gd_@a40"),
  cloudflare: fake("cf|ut_@a40@x8"),
  tailscale: fake("ts|key-auth-@a17-@a32"),
};

for (const [name, text] of Object.entries(finds)) {
  test(`${name} is asked and finds what is its own`, () => {
    const found = new PresetRules(() => rules).find(`Use ${text} now?`);
    expect(found.map(({ kind }) => kind)).toContain(name);
  });
}

test("a text without an anchor does not load the rules", () => {
  const load = (): never => {
    throw new Error("loaded");
  };
  const preset = new PresetRules(load);
  expect(preset.find("Do you want to run npm test in /home/ada/src? [y/N]")).toEqual([]);
  expect(() => preset.find(fake("gh|p_@a36"))).toThrow("loaded");
});

test("a text cannot switch rules off", () => {
  const text = `secretlint-disable\n${fake("gh|p_@a36")} // secretlint-disable-line`;
  expect(new PresetRules(() => rules).find(text).map(({ kind }) => kind)).toEqual(["github"]);
});

test("a rule that is not known here is asked, and what is no rule is left alone", () => {
  const fresh = {
    meta: { id: "@secretlint/secretlint-rule-fresh" },
    create: (context: { report(found: { range: [number, number] }): void }) => ({
      file: () => context.report({ range: [4, 9] }),
    }),
  };
  const preset = new PresetRules(() => [fresh, null, {}, { meta: { id: "x" } }]);
  expect(preset.find("the hf_abc")).toEqual([{ kind: "fresh", from: 4, to: 9 }]);
});
