/** Asks a maintained set of rules, those of secretlint's recommended preset, each only where its anchor stands. */
import type { Found } from "./found.ts";

/** Loads the preset's rules. Called once, at the first text that holds an anchor: loading takes milliseconds. */
export type LoadRules = () => readonly unknown[];

/**
 * What every match of a rule holds; a rule that is not named here is always asked. `never`: it looks at files by
 * their names, or lets a text switch rules off.
 */
export const anchors: Readonly<Record<string, RegExp | "never">> = {
  aws: /secret_?access_?key/i,
  gcp: "never",
  npm: /_authToken|npm_|x-oauth-basic/,
  slack: /xox|xapp-|hooks\.slack\.com/i,
  basicauth: /:\/\/[^\s/]*@/,
  openai: /sk-/,
  anthropic: /sk-ant-/,
  groq: /gsk_/,
  huggingface: /hf_/,
  linear: /lin_/,
  notion: /ntn_|secret_/,
  privatekey: /PRIVATE KEY/,
  sendgrid: /SG\./,
  shopify: /shp(?:pa|ca|at|ss)_/,
  stripe: /[sr]k_(?:live|test)_/,
  github: /gh[a-z]_|github_pat/,
  gitlab: /gl[a-z]+-/,
  grafana: /glc_|glsa_|eyJrIjoi/,
  "1password": /ops_ey/,
  "database-connection-string": /(?:mongodb|mysql|postgres)[\w+]{0,8}:\/\//i,
  "hashicorp-vault": /hv[sbr]\./,
  vercel: /vc[a-z]_/,
  databricks: /dapi/,
  docker: /dckr_pat_/,
  figma: /figd_/,
  cloudflare: /cf[a-z]{1,3}_/,
  tailscale: /tskey-/,
  "filter-comments": "never",
};

const family = "@secretlint/secretlint-rule-";

type Source = {
  filePath: string;
  content: string;
  ext: string;
  contentType: "text";
  hasBOM: boolean;
};
type Rule = { name: string; anchor: RegExp | null; file: (source: Source) => unknown };
type Report = { range: readonly [number, number] };

/** Finds nothing where `load` is null. */
export class PresetRules {
  readonly #load: LoadRules | null;
  #rules: readonly Rule[] | null = null;
  #reported: Found[] = [];

  constructor(load: LoadRules | null) {
    this.#load = load;
  }

  find(text: string): Found[] {
    if (this.#load === null || !someAnchor.test(text)) return [];
    this.#rules ??= this.#made(this.#load());
    this.#reported = [];
    const source = { filePath: "", content: text, ext: "", contentType: "text", hasBOM: false };
    for (const { anchor, file } of this.#rules) {
      // Only a rule on files of binary kinds would be waited for, and those are never asked.
      if (anchor === null || anchor.test(text)) void file(source as Source);
    }
    return this.#reported.filter(({ from, to }) => to > from);
  }

  #made(rules: readonly unknown[]): Rule[] {
    return rules.flatMap((rule) => this.#ruleOf(rule));
  }

  /** Null for what is no rule of this preset's kind. */
  #ruleOf(rule: unknown): Rule[] {
    const id = isRecord(rule) && isRecord(rule["meta"]) ? rule["meta"]["id"] : null;
    if (!isRecord(rule) || typeof id !== "string" || typeof rule["create"] !== "function")
      return [];
    const name = id.replace(family, "");
    const anchor = Object.hasOwn(anchors, name) ? (anchors[name] ?? null) : null;
    if (anchor === "never") return [];
    const handler: unknown = Reflect.apply(rule["create"], rule, [this.#context(name), {}]);
    if (!isRecord(handler) || typeof handler["file"] !== "function") return [];
    const file = handler["file"].bind(handler);
    return [{ name, anchor, file: (source) => Reflect.apply(file, handler, [source]) }];
  }

  #context(kind: string): object {
    return {
      createTranslator: () => (messageId: string) => ({ message: messageId, messageId }),
      report: ({ range: [from, to] }: Report) => this.#reported.push({ kind, from, to }),
      ignore: () => undefined,
    };
  }
}

/** Any anchor at all: most texts hold none, and then nothing is loaded. */
const someAnchor = new RegExp(
  Object.values(anchors)
    .flatMap((anchor) => (anchor === "never" ? [] : [`(?:${anchor.source})`]))
    .join("|"),
  "i",
);

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
