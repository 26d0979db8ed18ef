/** Tokens that are known by their own look: how providers begin theirs, and what follows. */
import {
  alphabets,
  type AlphabetName,
  isAlnumAt,
  isMixed,
  readsAsWords,
  runEnd,
} from "./letters.ts";
import type { Found } from "./found.ts";

/**
 * `length`: how much follows the beginning, at least. Of a telling beginning a shorter rest will do: what was cut off
 * is a secret still. `only`: the beginning tells little, so nothing shorter does. `after`: the beginning is an
 * address that may stay.
 */
type Shape = {
  kind: string;
  begins: string;
  alphabet: number;
  length: number;
  sure: "only" | "cut" | "after";
};

type Row = readonly [
  kind: string,
  begins: string,
  alphabet: AlphabetName,
  length: number,
  sure?: "only" | "after",
];

const rows: readonly Row[] = [
  ...["AKIA", "ASIA", "AGPA", "AIDA", "AROA", "AIPA", "ANPA", "ANVA", "ABIA", "ACCA"].map(
    (begins): Row => ["aws-key-id", begins, "UPPER", 16],
  ),
  ["aws-bedrock-key", "ABSKQmVkcm9ja", "base64", 80],
  ["aws-bedrock-key", "bedrock-api-key-", "base64", 40],
  ["adobe-secret", "p8e-", "hex", 32, "only"],
  ["clickhouse-key", "4b1d", "alnum", 38, "only"],
  ["harness-token", "pat.", "dotted", 60, "only"],
  ["harness-token", "sat.", "dotted", 60, "only"],
  ["alibaba-key-id", "LTAI", "alnum", 16],
  ["tencent-key-id", "AKID", "alnum", 28, "only"],
  ...["ghp_", "gho_", "ghu_", "ghr_"].map((begins): Row => ["github-token", begins, "alnum", 36]),
  ["github-token", "ghs_", "dotted", 36],
  ["github-token", "github_pat_", "word", 40],
  ...["glpat-", "gldt-", "glrt-", "glrtr-", "glptt-", "glcbt-", "glft-", "glimt-", "glagent-"].map(
    (begins): Row => ["gitlab-token", begins, "dotted", 20],
  ),
  ["gitlab-token", "glsoat-", "word", 20],
  ["gitlab-token", "GR1348941", "word", 20],
  ["bitbucket-token", "ATBB", "alnum", 20, "only"],
  ["atlassian-token", "ATATT3", "any", 60],
  ["atlassian-token", "ATCTT3", "any", 60],
  ...["sk-proj-", "sk-svcacct-", "sk-admin-", "sk-None-"].map(
    (begins): Row => ["openai-key", begins, "word", 40],
  ),
  ["anthropic-key", "sk-ant-", "word", 40],
  ["openrouter-key", "sk-or-", "word", 40],
  ["langfuse-key", "sk-lf-", "word", 32],
  ["api-key", "sk-", "alnum", 20, "only"],
  ["groq-key", "gsk_", "alnum", 40],
  ["hugging-face-token", "hf_", "alnum", 30, "only"],
  ["hugging-face-token", "api_org_", "alnum", 30, "only"],
  ["replicate-token", "r8_", "alnum", 30, "only"],
  ["perplexity-key", "pplx-", "alnum", 40],
  ["xai-key", "xai-", "alnum", 60],
  ["fireworks-key", "fw_", "alnum", 22, "only"],
  ["langsmith-key", "lsv2_", "word", 40],
  ["pinecone-key", "pcsk_", "word", 40],
  ["google-api-key", "AIza", "word", 35],
  ["google-oauth-secret", "GOCSPX-", "word", 28],
  ["google-token", "ya29.", "dotted", 40],
  ["google-token", "1//0", "word", 40],
  ...["sk_live_", "sk_test_", "rk_live_", "rk_test_", "sk_prod_"].map(
    (begins): Row => ["stripe-key", begins, "alnum", 24],
  ),
  ["webhook-secret", "whsec_", "base64", 24],
  ...["sq0csp-", "sq0atp-", "sq0idp-"].map((begins): Row => ["square-token", begins, "word", 22]),
  ["square-token", "EAAA", "word", 58, "only"],
  ["facebook-token", "EAAC", "alnum", 80, "only"],
  ["facebook-token", "EAAB", "alnum", 80, "only"],
  ["braintree-token", "access_token$production$", "crypt", 32],
  ...["shpat_", "shpca_", "shppa_", "shpss_", "shprt_"].map(
    (begins): Row => ["shopify-token", begins, "alnum", 32],
  ),
  ...["xoxb-", "xoxp-", "xoxa-", "xoxr-", "xoxs-", "xoxc-", "xoxd-", "xoxe-"].map(
    (begins): Row => ["slack-token", begins, "word", 24],
  ),
  ["slack-token", "xoxo-", "word", 24, "only"],
  ["slack-token", "xoxe.", "dotted", 40],
  ["slack-token", "xapp-", "word", 24],
  ["slack-webhook", "https://hooks.slack.com/services/", "url", 20, "after"],
  ["slack-webhook", "https://hooks.slack.com/workflows/", "url", 20, "after"],
  ["slack-webhook", "https://hooks.slack.com/triggers/", "url", 20, "after"],
  ["discord-webhook", "https://discord.com/api/webhooks/", "url", 30, "after"],
  ["discord-webhook", "https://discordapp.com/api/webhooks/", "url", 30, "after"],
  ["webhook-address", "https://hooks.zapier.com/hooks/catch/", "url", 8, "after"],
  ["twilio-key", "SK", "hex", 32, "only"],
  ["sendgrid-key", "SG.", "dotted", 40],
  ["sendinblue-key", "xkeysib-", "word", 40],
  ["mailgun-key", "key-", "hex", 32, "only"],
  ["npm-token", "npm_", "alnum", 36],
  ["pypi-token", "pypi-AgE", "word", 40],
  ["rubygems-key", "rubygems_", "hex", 48],
  ["nuget-key", "oy2", "lower", 43, "only"],
  ["crates-token", "cio", "alnum", 32, "only"],
  ["docker-token", "dckr_pat_", "word", 20],
  ["docker-token", "dckr_oat_", "word", 20],
  ...["dop_v1_", "doo_v1_", "dor_v1_"].map(
    (begins): Row => ["digitalocean-token", begins, "hex", 64],
  ),
  ["heroku-key", "HRKU-", "word", 36],
  ...["vcp_", "vci_", "vca_", "vcr_", "vck_"].map(
    (begins): Row => ["vercel-token", begins, "alnum", 20],
  ),
  ["netlify-token", "nfp_", "alnum", 36],
  ["fly-token", "fm2_", "base64", 60],
  ["fly-token", "fm1", "word", 60, "only"],
  ["fly-token", "fo1_", "word", 40],
  ...["cfut_", "cfat_", "cfk_"].map((begins): Row => ["cloudflare-token", begins, "alnum", 40]),
  ["cloudflare-key", "v1.0-", "word", 100],
  ...["hvs.", "hvb.", "hvr."].map((begins): Row => ["vault-token", begins, "word", 24]),
  ["vault-token", "s.", "alnum", 24, "only"],
  ["docker-swarm-token", "SWMTKN-", "word", 40],
  ["42-secret", "s-s4t2ud-", "hex", 64],
  ["42-secret", "s-s4t2af-", "hex", 64],
  ["pulumi-token", "pul-", "hex", 40],
  ...["dp.pt.", "dp.st.", "dp.ct.", "dp.sa.", "dp.scim.", "dp.audit."].map(
    (begins): Row => ["doppler-token", begins, "dotted", 40],
  ),
  ["databricks-token", "dapi", "hex", 32],
  ["grafana-token", "glsa_", "word", 32],
  ["grafana-token", "glc_", "base64", 32],
  ...["NRAK-", "NRJS-", "NRII-", "NRIQ-", "NRRA-"].map(
    (begins): Row => ["new-relic-key", begins, "word", 20],
  ),
  ["sentry-token", "sntrys_", "any", 40],
  ["sentry-token", "sntryu_", "hex", 40],
  ["dynatrace-token", "dt0c01.", "dotted", 60],
  ["linear-key", "lin_api_", "alnum", 32],
  ["linear-key", "lin_oauth_", "alnum", 32],
  ["notion-token", "ntn_", "alnum", 40],
  ["notion-token", "secret_", "alnum", 40, "only"],
  ["figma-token", "figd_", "word", 40],
  ["figma-token", "figu_", "word", 40],
  ["postman-key", "PMAK-", "word", 40],
  ...["pscale_tkn_", "pscale_pw_", "pscale_oauth_"].map(
    (begins): Row => ["planetscale-token", begins, "dotted", 32],
  ),
  ["supabase-token", "sbp_", "hex", 40],
  ["supabase-key", "sb_secret_", "word", 20],
  ["tailscale-key", "tskey-", "word", 24],
  ["1password-token", "ops_ey", "base64", 60],
  ["age-key", "AGE-SECRET-KEY-1", "UPPER", 58],
  ["artifactory-key", "AKCp", "alnum", 60],
  ["dropbox-token", "sl.", "dotted", 80, "only"],
  ["openshift-token", "sha256~", "word", 43],
  ["mapbox-token", "sk.eyJ", "dotted", 40],
  ["contentful-token", "CFPAT-", "word", 43],
  ["typeform-token", "tfp_", "word", 40],
  ["frame-io-token", "fio-u-", "word", 60],
  ["duffel-token", "duffel_live_", "word", 43],
  ["duffel-token", "duffel_test_", "word", 43],
  ["easypost-key", "EZAK", "alnum", 54, "only"],
  ["easypost-key", "EZTK", "alnum", 54, "only"],
  ["shippo-token", "shippo_live_", "hex", 40],
  ["shippo-token", "shippo_test_", "hex", 40],
  ["prefect-key", "pnu_", "lower", 36],
  ...["sqp_", "squ_", "sqa_"].map((begins): Row => ["sonar-token", begins, "alnum", 40]),
  ["sourcegraph-token", "sgp_", "word", 40],
  ["buildkite-token", "bkua_", "hex", 40],
  ["circleci-token", "CCIPAT_", "word", 40],
  ["readme-key", "rdme_", "lower", 70],
  ["infracost-key", "ico-", "alnum", 32, "only"],
  ["adafruit-key", "aio_", "alnum", 28, "only"],
  ["flutterwave-key", "FLWSECK", "word", 16],
  ["yandex-key", "AQVN", "word", 35, "only"],
  ["octopus-key", "API-", "UPPER", 26, "only"],
  ["scalingo-token", "tk-us-", "word", 48],
  ["clojars-token", "CLOJARS_", "lower", 60],
  ["hubspot-token", "pat-na1-", "word", 36],
  ["hubspot-token", "pat-eu1-", "word", 36],
  ["intercom-token", "dG9rO", "base64", 50],
  ["twitch-token", "oauth:", "lower", 30],
  ...["$2a$", "$2b$", "$2y$"].map((begins): Row => ["password-hash", begins, "crypt", 40, "only"]),
  ...["$5$", "$6$", "$y$", "$apr1$", "$argon2i$", "$argon2id$", "$7$"].map(
    (begins): Row => ["password-hash", begins, "crypt", 28, "only"],
  ),
];

const codes = 128;
/** By the codes of the first two characters: few places of a text hold the beginning of any. */
const byPair: readonly (readonly Shape[] | undefined)[] = indexed(rows);

function indexed(table: readonly Row[]): (readonly Shape[] | undefined)[] {
  const index: (Shape[] | undefined)[] = Array.from({ length: codes * codes });
  for (const [kind, begins, alphabet, length, sure = "cut"] of table) {
    const pair = begins.charCodeAt(0) * codes + begins.charCodeAt(1);
    (index[pair] ??= []).push({ kind, begins, alphabet: alphabets[alphabet], length, sure });
  }
  // The longest beginning first: it says most.
  for (const shapes of index) shapes?.sort((a, b) => b.begins.length - a.begins.length);
  return index;
}

/** So much of a token with a telling beginning is enough to know it by. */
const cutLengthMin = 8;

/** So much of a token tells whether it looks like one. */
const lookCharsMax = 512;

/** Every token that begins as one of the table's does. */
export function findShapes(text: string): Found[] {
  const found: Found[] = [];
  const runs = new Runs(text);
  for (let at = 0; at < text.length - 1; at += 1) {
    const [first, second] = [text.charCodeAt(at), text.charCodeAt(at + 1)];
    if (first >= codes || second >= codes) continue;
    const shapes = byPair[first * codes + second];
    if (shapes === undefined || !beginsAt(text, at)) continue;
    const one = shapeAt(runs, at, shapes);
    if (one === null) continue;
    found.push(one);
    at = one.to - 1;
  }
  return found;
}

/** Where runs end, each looked for once: beginnings may stand within the run of another. */
class Runs {
  readonly text: string;
  readonly #ends = new Map<number, { from: number; to: number }>();

  constructor(text: string) {
    this.text = text;
  }

  end(from: number, alphabet: number): number {
    const known = this.#ends.get(alphabet);
    if (known !== undefined && from >= known.from && from <= known.to) return known.to;
    const to = runEnd(this.text, from, alphabet);
    this.#ends.set(alphabet, { from, to });
    return to;
  }
}

/** Whether a word begins here: behind an escaped line break or `%3D` one does too. */
function beginsAt(text: string, at: number): boolean {
  if (!isAlnumAt(text, at) || !isAlnumAt(text, at - 1)) return true;
  if (text[at - 2] === "\\") return "nrt".includes(text[at - 1] ?? "");
  return text[at - 3] === "%";
}

function shapeAt(runs: Runs, at: number, shapes: readonly Shape[]): Found | null {
  const { text } = runs;
  for (const { kind, begins, alphabet, length, sure } of shapes) {
    if (!text.startsWith(begins, at)) continue;
    const from = at + begins.length;
    const to = withoutEnd(text, { from, to: runs.end(from, alphabet) });
    const least = sure === "cut" ? Math.min(length, cutLengthMin) : length;
    const rest = text.slice(from, Math.min(to, from + lookCharsMax));
    if (rest.length < least || !isMixed(rest)) continue;
    if (sure === "only" && (isNameOfFile(text, at) || readsAsWords(rest))) continue;
    return { kind, from: sure === "after" ? from : at, to };
  }
  return null;
}

/** `favicon.ico-7a38…`, `some-key-…`: the middle of a name, and no beginning. */
function isNameOfFile(text: string, at: number): boolean {
  return ".-_".includes(text[at - 1] ?? " ");
}

/** Without the full stop of a sentence. */
function withoutEnd(text: string, { from, to }: { from: number; to: number }): number {
  let end = to;
  while (end > from && ".,-".includes(text[end - 1] ?? " ")) end -= 1;
  return end;
}

/** What has no beginning of its own; each needs its anchor in the text, and all repetitions are bounded. */
const odd: readonly { kind: string; anchor: string; pattern: RegExp }[] = [
  { kind: "telegram-token", anchor: ":A", pattern: /(?<![0-9])\d{8,10}:A[A-Za-z0-9_-]{30,40}/g },
  { kind: "mailchimp-key", anchor: "-us", pattern: /\b[0-9a-f]{32}-us\d{1,2}\b/g },
  { kind: "terraform-token", anchor: ".atlasv1.", pattern: /\b\w{14}\.atlasv1\.[\w-]{20,90}/g },
  { kind: "airtable-token", anchor: "pat", pattern: /\bpat[A-Za-z0-9]{14}\.[0-9a-f]{32,64}/g },
  { kind: "azure-secret", anchor: "Q~", pattern: /[\w~.-]{3}\dQ~[\w~.-]{28,40}/g },
  { kind: "discord-token", anchor: ".", pattern: /\b[MNO][\w-]{22,27}\.[\w-]{5,7}\.[\w-]{26,45}/g },
  { kind: "facebook-token", anchor: "|", pattern: /\b\d{15,16}\|[\w-]{27,40}/g },
  {
    kind: "launchdarkly-key",
    anchor: "-",
    pattern: /\b(?:sdk|api|mob)-[a-z0-9]{8}(?:-[a-z0-9]{4}){3}-[a-z0-9]{12}\b/g,
  },
  { kind: "1password-key", anchor: "A3-", pattern: /\bA3-[A-Z0-9]{6}(?:-[A-Z0-9]{5,11}){4,5}/g },
  {
    kind: "webhook-address",
    anchor: ".webhook.office.com/",
    pattern: /(?<=\.webhook\.office\.com\/webhookb2\/)[\w@/-]{20,200}/g,
  },
  // Whoever is new begins theirs like this.
  {
    kind: "token",
    anchor: "_",
    pattern:
      /\b[a-z][a-z0-9]{1,11}_(?:live|test|prod|sk|pat|secret|key|token|api)_[A-Za-z0-9]{16,200}/g,
  },
  {
    kind: "token",
    anchor: "_",
    pattern:
      /\b(?:sk|rk|pat|pri|sec|tok|secret|token)_(?:[a-z0-9]{1,12}_){0,2}[A-Za-z0-9]{24,200}/g,
  },
];

/** How a JSON object begins in Base64, and those of a token: `{"alg`, `{"typ`, `{"kid`, `{"k":`. */
const jsonBegins = "eyJ";
const tokenBegins = /^eyJ(?:hbGciOi|0eXAiOi|raWQiOi|rIjoi)/;
const webTokenCharsMin = 20;

/** JSON Web Tokens, whole or cut, and tokens made as they are. */
function findWebTokens(text: string): Found[] {
  const found: Found[] = [];
  for (let at = text.indexOf(jsonBegins); at >= 0; ) {
    const to = withoutEnd(text, { from: at, to: runEnd(text, at, alphabets.any) });
    const run = text.slice(at, to);
    const isToken = tokenBegins.test(run) || /^[^.]{13,}\.[^.]{4}/.test(run);
    if (isToken && run.length >= webTokenCharsMin && beginsAt(text, at)) {
      found.push({ kind: "jwt", from: at, to });
    }
    at = text.indexOf(jsonBegins, Math.max(to, at + 1));
  }
  return found;
}

export function findOddShapes(text: string): Found[] {
  const found: Found[] = [];
  for (const { kind, anchor, pattern } of odd) {
    if (!text.includes(anchor)) continue;
    for (const match of text.matchAll(pattern)) {
      if (isMixed(match[0]) && !readsAsWords(match[0])) found.push(placed(kind, match));
    }
  }
  found.push(...findWebTokens(text));
  return found;
}

function placed(kind: string, match: RegExpExecArray): Found {
  return { kind, from: match.index, to: match.index + match[0].length };
}

/** Every kind that is known by its own look. */
export const shapeKinds: readonly string[] = [
  ...rows.map(([kind]) => kind),
  ...odd.map(({ kind }) => kind),
  "jwt",
];
