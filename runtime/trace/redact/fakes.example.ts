/** Secrets that are none: made at run time from parts, so that no scanner takes this file for a leak. */

const digits = "0123456789";
const hexadecimal = "0123456789abcdef";
const upper = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
const lower = "abcdefghijklmnopqrstuvwxyz";
const alphabets = {
  d: digits,
  x: hexadecimal,
  U: upper + digits,
  l: lower + digits,
  a: upper + lower + digits,
  w: `${upper}${lower}${digits}_-`,
  b: `${upper}${lower}${digits}+/`,
} as const;

type Alphabet = keyof typeof alphabets;

/** The same ones each time: a linear congruential generator, begun by what is asked for. */
function body(alphabet: Alphabet, length: number, seed: number): string {
  const letters = alphabets[alphabet];
  let state = (seed * 2_654_435_761 + length * 40_503 + letters.length) >>> 0;
  let made = "";
  while (made.length < length) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    made += letters[(state >>> 8) % letters.length];
  }
  return made;
}

/** `@a36` is 36 of the alphabet `a`. A `|` between two letters goes away: it keeps known beginnings apart. */
export function fake(shape: string, seed = 1): string {
  let at = seed;
  return shape
    .replace(/(?<=\S)\|(?=\S)/g, "")
    .replace(/@([dxUlawb])(\d+)/g, (_all, alphabet: Alphabet, length: string) =>
      body(alphabet, Number(length), (at += 17)),
    );
}

export type FakeSecret = {
  kind: string;
  /** With what stands around it and may stay, such as an address. */
  whole: string;
  secret: string;
};

/** What stands between `«` and `»`; all where there are none. */
function markedPart(text: string): string {
  return /«([^]*)»/.exec(text)?.[1] ?? text;
}

const unmarked = (text: string): string => text.replace(/[«»]/g, "");

/** By its own look, wherever it stands. */
const shapes: readonly (readonly [kind: string, shape: string])[] = [
  ["aws access key id", "AK|IA@U16"],
  ["aws temporary key id", "AS|IA@U16"],
  ["github classic", "gh|p_@a36"],
  ["github oauth", "gh|o_@a36"],
  ["github app", "gh|s_@a36"],
  ["github fine-grained", "github|_pat_@a22_@a59"],
  ["gitlab personal", "gl|pat-@w20"],
  ["gitlab runner", "gl|rt-@w20"],
  ["bitbucket app password", "AT|BB@a32"],
  ["atlassian api token", "ATA|TT3xFf@w176=@U8"],
  ["openai project", "sk-|proj-@w74T3Blbk|FJ@w74"],
  ["openai legacy", "sk-|@a20T3Blbk|FJ@a20"],
  ["anthropic api", "sk-|ant-api03-@w93AA"],
  ["anthropic oauth", "sk-|ant-oat01-@w93AA"],
  ["openrouter", "sk-|or-v1-@x64"],
  ["deepseek", "sk-|@x32"],
  ["groq", "gs|k_@a52"],
  ["hugging face", "h|f_@a34"],
  ["replicate", "r8|_@a37"],
  ["perplexity", "pp|lx-@a48"],
  ["xai", "xa|i-@a80"],
  ["google api key", "AI|za@w35"],
  ["google oauth secret", "GOC|SPX-@w28"],
  ["google access token", "ya|29.@w120"],
  ["azure client secret", "a1B|8Q~@w34"],
  ["stripe live", "sk_|live_@a24"],
  ["stripe restricted", "rk_|live_@a24"],
  ["stripe webhook", "wh|sec_@a32"],
  ["square", "sq0|csp-@w43"],
  ["shopify", "shp|at_@x32"],
  ["slack bot", "xo|xb-@d12-@d13-@a24"],
  ["slack user", "xo|xp-@d12-@d12-@d12-@x32"],
  ["slack app", "xa|pp-1-A@U10-@d13-@x64"],
  ["slack webhook", "https://hooks.sl|ack.com/services/«T@U8/B@U10/@a24»"],
  ["discord bot", "MTA|@a23.G@a5.@w38"],
  ["discord webhook", "https://disc|ord.com/api/webhooks/«@d18/@w68»"],
  ["telegram bot", "@d10:AA|@w33"],
  ["twilio api key", "S|K@x32"],
  ["sendgrid", "S|G.@w22.@w43"],
  ["mailgun", "key|-@x32"],
  ["mailchimp", "@x32-u|s14"],
  ["npm", "np|m_@a36"],
  ["pypi", "py|pi-AgEIcHlwaS5vcmc@w150"],
  ["rubygems", "ruby|gems_@x48"],
  ["nuget", "oy2|@l43"],
  ["crates.io", "ci|o@a32"],
  ["docker hub", "dckr|_pat_@w27"],
  ["digitalocean", "dop|_v1_@x64"],
  ["heroku", "HRKU|-AA@w58"],
  ["vercel", "vc|p_@a56"],
  ["netlify", "nf|p_@a36"],
  ["fly.io", "fm2|_@b120"],
  ["cloudflare", "cf|ut_@a40@x8"],
  ["hashicorp vault", "hv|s.@w95"],
  ["terraform cloud", "@a14.atlas|v1.@w67"],
  ["pulumi", "pu|l-@x40"],
  ["doppler", "dp|.pt.@a43"],
  ["databricks", "da|pi@x32"],
  ["grafana service account", "gl|sa_@a32_@x8"],
  ["new relic", "NR|AK-@U27"],
  ["sentry", "sn|tryu_@x64"],
  ["linear", "lin|_api_@a40"],
  ["notion", "nt|n_@d11@a35"],
  ["airtable", "pa|t@a14.@x64"],
  ["figma", "fi|gd_@w40"],
  ["postman", "PM|AK-@x24-@x34"],
  ["planetscale", "pscale|_tkn_@w43"],
  ["supabase", "sb|p_@x40"],
  ["tailscale", "ts|key-auth-@a17-@a32"],
  ["1password", "ops|_eyJzaWduSW5BZGRyZXNzIjoi@a200"],
  ["age", "AGE-SEC|RET-KEY-1@U58"],
  ["artifactory", "AK|Cp@a69"],
  ["dropbox", "sl|.u.@w130"],
  ["pinecone", "pc|sk_@a60"],
  ["langsmith", "lsv2|_pt_@x32_@x10"],
  ["jwt", "ey|JhbGciOiJIUzI1NiJ9.ey|JzdWIiOiIxMjM0@w40.@w43"],
  ["bcrypt hash", "$2|b$12$@a53"],
  ["sha-512 crypt", "$6|$@a16$@a86"],
  ["openshift", "sha|256~@w43"],
  ["mapbox secret", "sk.|eyJ1Ijoi@w60.@w22"],
  ["facebook", "EA|ACEdEose0cBA@a120"],
];

/** `{}`: where the secret stands. */
const places = [
  "Use {} for this? [y/N] ",
  "curl -sS -H 'X-Thing: {}' https://api.example.com/items",
  "/home/ada/work/{}/notes.txt",
  '{"value":"{}","n":1}',
  "the last line is {}",
];

/** What only its surroundings tell: `«` and `»` hold the secret. */
const named: readonly (readonly [kind: string, text: string])[] = [
  ["password assignment", "password=«hunter2hunter2»"],
  ["password in yaml", "db:\n  password: «correct-Horse9»\n  host: localhost"],
  ["password in json", '{"user":"ada","password":"«p@ss w0rd!»"}'],
  ["password in escaped json", '{\\"password\\":\\"«tr0ub4dor»\\"}'],
  ["password option", "mysql --user root --password «Zx81-spectrum» --host db"],
  ["password option with =", "tool --password=«s3same,open» run"],
  ["quoted password option", "tool --password '«two words 9»' run"],
  ["mysql -p", "mysql -uroot -p«hunter22» shop"],
  ["sshpass", "sshpass -p «hunter22» ssh ada@example.org"],
  ["plink", "plink -ssh example.org -l ada -pw «hunter22» uptime"],
  ["curl -u", "curl -u ada:«hunter22x» https://example.org/"],
  ["curl --user", "curl --user 'ada:«hunter 22x»' https://example.org/"],
  ["redis-cli -a", "redis-cli -h cache -a «r3disPass» ping"],
  ["environment assignment", "export DB_PASSWORD=«S0me-thing»"],
  ["environment of docker", "docker run -e API_TOKEN=«abc123def456» -p 80:80 web"],
  ["quoted assignment", "MY_SECRET='«a b c 1 2 3»' ./run.sh"],
  ["dotenv", "DATABASE_PASSWORD=«qwertz77»\nPORT=3000"],
  ["aws secret key", "aws_secret_access_key = «@b40»"],
  ["aws secret in environment", "AWS_SECRET_ACCESS_KEY=«@b40» aws s3 ls"],
  ["aws session token", "AWS_SESSION_TOKEN=«@b200» aws s3 ls"],
  ["datadog", "DD_API_KEY=«@x32» datadog-agent run"],
  ["api key option", "deploy --api-key «@x32» --verbose"],
  ["api key header", "curl -H 'X-Api-Key: «@l24»' https://x.example"],
  ["private token header", 'curl --header "PRIVATE-TOKEN: «@w20»" https://git.example'],
  ["bearer", "Authorization: Bearer «@w40»"],
  ["bearer in curl", "curl -H 'Authorization: Bearer «@a32»' https://api.example.com"],
  ["basic", "Authorization: Basic «@b24»=="],
  ["token auth", "Authorization: token «@x40»"],
  ["cookie", "Cookie: session=«@a32»; theme=dark"],
  ["set-cookie", "Set-Cookie: sid=«@a26»; Path=/; HttpOnly"],
  ["url password", "git clone https://ada:«hunter22»@git.example.org/x.git"],
  ["url token as user", "git clone https://«@a40»@git.example.org/x.git"],
  ["postgres url", "psql postgres://app:«s3cr3t-word»@db.internal:5432/shop"],
  ["mongodb url", "mongodb+srv://root:«Pa55word»@cluster0.example.net/test?retryWrites=true"],
  ["redis url", "REDIS_URL=redis://:«9f8e7d6c»@cache:6379/0"],
  ["amqp url", "amqp://guest:«gu3stpw99»@rabbit:5672/"],
  ["url query token", "wget 'https://files.example.com/a.zip?token=«@a32»&x=1'"],
  ["azure sas", "https://acc.blob.core.windows.net/c/b?sv=2022-11-02&sig=«@a42»%3D&se=2026"],
  ["aws presigned", "https://b.s3.amazonaws.com/k?X-Amz-Expires=60&X-Amz-Signature=«@x64»"],
  ["azure storage", "AccountName=acc;AccountKey=«@b86»==;EndpointSuffix=core.windows.net"],
  ["sql server", "Server=db;Database=shop;User Id=sa;Password=«Str0ng!Pw»;Encrypt=true"],
  ["sql", "CREATE USER ada IDENTIFIED BY '«hunter22»';"],
  ["sql role", "ALTER ROLE ada WITH PASSWORD '«n3w-pass»';"],
  ["netrc", "machine git.example.org login ada password «hunter22»"],
  ["npmrc", "//packages.example.org/:_authToken=«@w36»"],
  ["npm _auth", "//packages.example.org/:_auth=«@b24»=="],
  ["xml", "<server><id>x</id><password>«hunter22»</password></server>"],
  ["toml", 'client_secret = "«@w32»"'],
  ["php", "'secret' => '«@a24»',"],
  ["python", 'SECRET_KEY = "«@w50»"'],
  ["javascript", 'const apiKey = "«@a32»";'],
  ["prose", "The password is «hunter22». Continue?"],
  ["kubectl literal", "kubectl create secret generic db --from-literal=password=«hunter22»"],
  ["kubernetes data", "data:\n  api-token: «@b32»"],
  ["openssl", "openssl enc -aes-256-cbc -pass pass:«hunter22» -in a -out b"],
  ["passphrase", "gpg --batch --passphrase «open-sesame1» -c notes.txt"],
  ["helm", "helm install x --set auth.password=«hunter22»"],
  ["ansible", "ansible_become_pass=«hunter22»"],
  ["docker login", "docker login -u ada -p «hunter22» packages.example.org"],
  ["echo to login", "echo «hunter22x» | docker login -u ada --password-stdin"],
  ["bare 40 of base64", "aws configure set x «@b40»"],
  ["unknown provider", "Use «zzk_live_@a32» now?"],
  ["unknown provider, bare", "Paste «@a44» into the form"],
];

const pem = (label: string, lines: number): string =>
  [
    `-----BEGIN ${label}PRIVATE ${"KEY"}-----`,
    ...Array.from({ length: lines }, (_, line) => fake("@b64", line + 3)),
    `-----END ${label}PRIVATE ${"KEY"}-----`,
  ].join("\n");

const lineOf = (at: number): string => fake("@b64", at + 3);

/** A text, and the words of it that may not be found again. */
export type Planted = { kind: string; text: string; secrets: readonly string[] };

const keys: readonly Planted[] = [
  { kind: "rsa key", text: `cat id:\n${pem("RSA ", 12)}\ndone`, secrets: [lineOf(0), lineOf(11)] },
  { kind: "key", text: pem("", 6), secrets: [lineOf(0), lineOf(5)] },
  {
    kind: "key in one line",
    text: `{"private_key":"${pem("", 6).replaceAll("\n", String.raw`\n`)}\\n"}`,
    secrets: [lineOf(0), lineOf(5)],
  },
  {
    kind: "key without its end",
    text: pem("OPENSSH ", 9).split("\n").slice(0, 6).join("\n"),
    secrets: [lineOf(0), lineOf(4)],
  },
  {
    kind: "key without its beginning",
    text: `${pem("EC ", 9).split("\n").slice(4).join("\n")}\nContinue? `,
    secrets: [lineOf(3), lineOf(8)],
  },
  {
    kind: "key in a frame",
    text: pem("EC ", 4)
      .split("\n")
      .map((line) => `│ ${line.padEnd(70)} │`)
      .join("\n"),
    secrets: [lineOf(0), lineOf(3)],
  },
];

/** By shape and by name: every secret by itself. */
export function shapedSecrets(): FakeSecret[] {
  return shapes.map(([kind, shape], at) => {
    const whole = fake(shape, at + 1);
    return { kind, whole: unmarked(whole), secret: markedPart(whole) };
  });
}

/** Every telling name, in its own words. */
export function namedSecrets(): Planted[] {
  return named.map(([kind, marked], at) => {
    const filled = fake(marked, at + 101);
    return { kind, text: unmarked(filled), secrets: [markedPart(filled)] };
  });
}

/** Every shape in every place, every telling name, every key. */
export function plantedTexts(): Planted[] {
  const shaped = shapedSecrets().flatMap(({ kind, whole, secret }) =>
    places.map((place) => ({ kind, text: place.replace("{}", () => whole), secrets: [secret] })),
  );
  return [...shaped, ...namedSecrets(), ...keys];
}

const leftCharsMin = 8;

/** Whether any eight characters of the secret are still there, all of a shorter one. Marks say kinds and no secret. */
export function isLeaked(secret: string, redacted: string): boolean {
  const text = redacted.replace(/\[redacted:[\w-]+\]/g, "\0");
  const size = Math.min(leftCharsMin, secret.length);
  for (let at = 0; at + size <= secret.length; at += 1) {
    if (text.includes(secret.slice(at, at + size))) return true;
  }
  return false;
}
