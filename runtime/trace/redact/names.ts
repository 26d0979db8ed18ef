/** Which names of variables, fields, options and headers say that a secret follows. */

/**
 * `password`: whatever follows is one. `token`: what follows is one if it looks like one at all. `key`: only if it
 * looks random, for there are keys of every kind.
 */
export type NameClass = "password" | "token" | "key";

/** At the end of a name, its words written together in small letters. */
const passwordEnds =
  /(?:password|passwd|passphrase|passcode|passwort|pwd|pass|secret|clientsecret|secretkey|secretaccesskey|privatekey|storepass|keypass)$/;
const tokenEnds =
  /(?:token|apikey|apisecret|accesskey|accountkey|authkey|signingkey|signaturekey|encryptionkey|masterkey|sessionkey|serverkey|licensekey|deploykey|webhookkey|appkey|applicationkey|subscriptionkey|integrationkey|sharedkey|bearer|authorization|credentials?|creds|connectionstring|jwt|otp|npmauth|cookie|sessionid|sid|dsn)$/;
/** What stands last and says that it is about a secret, but none. */
const harmlessEnds =
  /(?:file|path|dir|directory|folder|name|ids?|type|kind|url|uri|endpoint|length|len|size|count|limit|policy|ttl|expiry|expires|expiration|expiresin|lifetime|format|field|prompt|mode|algorithm|alg|manager|store|provider|ref|version|max|min|index|usage|budget|env|var|sock|socket|parallelism|hint|label|title|placeholder|required|enabled|disabled|changed|reset|value|input|class|ring|board|word|words|pair|code|status|error|source|scope|header|stdin|fd|command|cmd|helper|map|set|list|count|hash|digest|fingerprint)$/;
const harmlessKeys =
  /(?:public|pub|primary|foreign|cache|partition|sort|range|host|hosts|known|hot|arrow|any|object|map|idempotency|press|shift|ctrl|alt|meta|i18n|translation|row|column|unique|natural|composite|group|config|settings|registry|lookup|dictionary|json|item|react|id|rsa|gpg|pgp|ssh|fingerprint|certificate|query|search|storage|state|event|routing|message|record|sha1|sha256|md5)key$/;

const nameCharsMax = 64;

/** Null for a name that tells of no secret. Dashes, dots and capitals part a name's words. */
export function classify(name: string): NameClass | null {
  if (name.length > nameCharsMax) return null;
  // `token2` is one of several.
  const whole = name.replace(/[^A-Za-z0-9]|\d+$/g, "").toLowerCase();
  // The working directory.
  if (name === "PWD") return null;
  const last = lastWord(name);
  // `passwordField`, `token_url`: the last word says what it is, if it stands apart.
  const isAbout = last !== whole && harmlessEnds.exec(last)?.[0] === last;
  if (isAbout || otherWords.test(whole)) return null;
  if (isTokenName(whole, { name, last })) return "token";
  if (passwordEnds.test(whole)) return "password";
  return isKeyName(whole, last) ? "key" : null;
}

/** `MAPS_KEY`: in the environment a key mostly opens something. */
const variableKey = /^[A-Z][A-Z0-9_]*_KEY\d*$/;

const otherWords = /(?:bypass|buypass|compass|trespass|surpass|encompass|oldpwd)$/;
/** `mySecretString`: it may be about one. */
const inside = /secret|passw|token(?!i[sz]|s$)|apikey|credential/;
const keyWords = new Set(["key", "sig", "signature", "pat"]);

function lastWord(name: string): string {
  const parts = name
    .replace(/([a-z0-9])([A-Z])/g, "$1_$2")
    .split(/[^A-Za-z0-9]+/)
    .filter((part) => part !== "");
  return (parts.at(-1) ?? "").toLowerCase().replace(/\d+$/, "");
}

function isTokenName(whole: string, { name, last }: { name: string; last: string }): boolean {
  // `--secret=NAME` names one as often as it holds one; `_auth` of npm holds one.
  if (whole === "secret" || name.endsWith("_auth")) return true;
  if (variableKey.test(name)) return !harmlessKeys.test(whole);
  if (!tokenEnds.test(whole)) return false;
  // Short endings count only as whole words: `APP_JWT`, `SENTRY_DSN`.
  const short = /(?:jwt|otp|sid|dsn)$/.exec(last)?.[0];
  return short === undefined || short === last;
}

function isKeyName(whole: string, last: string): boolean {
  if (harmlessKeys.test(whole)) return false;
  return keyWords.has(last) || whole === "auth" || inside.test(whole);
}

const harmlessVariables = /^(?:XDG_|DBUS_|SSH_(?:AUTH_SOCK|AGENT)|GPG_|PWD$|OLDPWD$|KEYBOARD)/;

/** Environment variables whose values are redacted wherever they turn up. */
export function isSecretVariable(name: string): boolean {
  return !harmlessVariables.test(name) && classify(name) !== null;
}
