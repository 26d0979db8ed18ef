/** Signing in with GitHub: OAuth 2.0 without an ID token, so its API says who it is and which e-mail is verified. */
import * as oauth from "oauth4webapi";
import * as z from "zod";
import type { Clock } from "../clock.ts";
import type { Settings } from "../config.ts";
import { bounds } from "../limits/bounds.ts";
import {
  type Account,
  type Asked,
  type Departure,
  type Grant,
  type Provider,
  shownName,
} from "./account.ts";
import { callOptions, expiryOf, isRefusal } from "./calls.ts";
import { mailboxOf } from "./mailbox.ts";

type Github = NonNullable<Settings["github"]>;

const user = z.object({ id: z.int().positive(), login: z.string(), name: z.string().nullish() });
const emails = z.array(
  z.object({ email: z.string(), primary: z.boolean(), verified: z.boolean() }),
);
const failure = z.object({ error: z.string() });

/** GitHub says no with status 200; the library would take that for a malformed yes. */
class SaysNo extends Error {
  override readonly name = "SaysNo";
}

async function unlessNo(response: Response): Promise<Response> {
  const body: unknown = await response
    .clone()
    .json()
    .catch(() => null);
  const said = failure.safeParse(body);
  if (said.success && response.ok) throw new SaysNo(said.data.error);
  return response;
}

const saysGone = (error: unknown): boolean =>
  isRefusal(error) ||
  (error instanceof SaysNo &&
    /^(bad_refresh_token|bad_verification_code|invalid_grant)$/.test(error.message));

/** How its API is asked: throws `SaysNo` when the token is void. */
function openApi({ url: base, apiUrl }: Github, clock: Clock) {
  const options = callOptions(clock, base);
  const headers = { accept: "application/vnd.github+json", "user-agent": "AtlasBridge" };
  async function get(path: string, token: string): Promise<unknown> {
    const url = new URL(`${apiUrl}${path}`);
    const response = await oauth.protectedResourceRequest(
      ...([token, "GET", url, new Headers(headers), null, options] as const),
    );
    if (response.status === 401) throw new SaysNo("invalid_grant");
    if (!response.ok) throw new Error(`the API answers ${response.status}`);
    return await response.json();
  }
  return {
    user: async (token: string) => user.parse(await get("/user", token)),
    emails: async (token: string) => emails.parse(await get("/user/emails", token)),
  };
}

type Api = ReturnType<typeof openApi>;

async function accountOf(api: Api, issuer: string, token: string): Promise<Account> {
  const { id, login, name } = await api.user(token);
  const listed = await api.emails(token);
  const primary = listed.find((one) => one.primary && one.verified);
  const email = primary === undefined ? null : mailboxOf(primary.email);
  return { issuer, subject: String(id), email, name: shownName(name ?? login) };
}

function grantOf(tokens: oauth.TokenEndpointResponse, subject: string, now: number): Grant {
  return {
    ...{ provider: "github", subject, accessToken: tokens.access_token },
    refreshToken: tokens.refresh_token ?? null,
    accessExpiresAt: expiryOf(tokens.expires_in, now),
  };
}

async function departureUrl(
  server: oauth.AuthorizationServer,
  clientId: string,
  { state, verifier, redirectUri }: Departure,
): Promise<URL> {
  const url = new URL(server.authorization_endpoint ?? "");
  const parameters = {
    ...{ client_id: clientId, redirect_uri: redirectUri, response_type: "code" },
    ...{ scope: "read:user user:email", state, allow_signup: "false" },
    code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
    code_challenge_method: "S256",
  };
  for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value);
  return url;
}

export function openGithub(settings: Github, clock: Clock): Provider {
  const server: oauth.AuthorizationServer = {
    issuer: `${settings.url}/login/oauth`,
    authorization_endpoint: `${settings.url}/login/oauth/authorize`,
    token_endpoint: `${settings.url}/login/oauth/access_token`,
  };
  const client: oauth.Client = { client_id: settings.clientId };
  const secret = oauth.ClientSecretPost(settings.clientSecret);
  const options = callOptions(clock, settings.url);
  const api = openApi(settings, clock);

  async function refresh(grant: Grant): Promise<Asked> {
    if (grant.refreshToken === null) return { state: "gone" };
    const response = await oauth.refreshTokenGrantRequest(
      ...([server, client, secret, grant.refreshToken, options] as const),
    );
    const heard = await unlessNo(response);
    const tokens = await oauth.processRefreshTokenResponse(server, client, heard);
    const next = grantOf(tokens, grant.subject, clock.now());
    const refreshToken = next.refreshToken ?? grant.refreshToken;
    return { state: "good", grant: { ...next, refreshToken } };
  }

  return {
    name: "github",
    title: "GitHub",
    leave: (departure) => departureUrl(server, settings.clientId, departure),
    async arrive(came, { state, verifier, redirectUri }) {
      const parameters = oauth.validateAuthResponse(server, client, came, state);
      const response = await oauth.authorizationCodeGrantRequest(
        ...([server, client, secret, parameters, redirectUri, verifier, options] as const),
      );
      const heard = await unlessNo(response);
      const tokens = await oauth.processAuthorizationCodeResponse(server, client, heard);
      const account = await accountOf(api, server.issuer, tokens.access_token);
      return { account, grant: grantOf(tokens, account.subject, clock.now()) };
    },
    async ask(grant) {
      try {
        const endsAt = grant.accessExpiresAt ?? Number.POSITIVE_INFINITY;
        if (endsAt - bounds.refreshBeforeMs <= clock.now()) return await refresh(grant);
        const { id } = await api.user(grant.accessToken);
        return String(id) === grant.subject ? { state: "good", grant } : { state: "gone" };
      } catch (error) {
        return { state: saysGone(error) ? "gone" : "silent" };
      }
    },
  };
}
