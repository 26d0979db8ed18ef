/** Signing in with an OpenID Connect provider, such as Google: discovery, PKCE, and an ID token that is checked. */
import * as oauth from "oauth4webapi";
import type { ProviderSettings } from "../config.ts";
import type { Clock } from "../clock.ts";
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

export function openGoogle(settings: ProviderSettings, clock: Clock): Provider {
  const client: oauth.Client = { client_id: settings.clientId };
  const secret = oauth.ClientSecretPost(settings.clientSecret);
  const options = callOptions(clock, settings.url);
  let known: { server: oauth.AuthorizationServer; until: number } | null = null;

  async function discover(): Promise<oauth.AuthorizationServer> {
    if (known !== null && known.until > clock.monotonicMs()) return known.server;
    const issuer = new URL(settings.url);
    const response = await oauth.discoveryRequest(issuer, options);
    const server = await oauth.processDiscoveryResponse(issuer, response);
    known = { server, until: clock.monotonicMs() + bounds.discoveryMs };
    return server;
  }

  async function refresh(server: oauth.AuthorizationServer, grant: Grant): Promise<Asked> {
    if (grant.refreshToken === null) return { state: "gone" };
    const response = await oauth.refreshTokenGrantRequest(
      ...([server, client, secret, grant.refreshToken, options] as const),
    );
    const tokens = await oauth.processRefreshTokenResponse(server, client, response);
    return { state: "good", grant: renewed(grant, tokens, clock.now()) };
  }

  async function ask(grant: Grant): Promise<Asked> {
    try {
      const server = await discover();
      const endsAt = grant.accessExpiresAt ?? Number.POSITIVE_INFINITY;
      if (endsAt - bounds.refreshBeforeMs <= clock.now()) return await refresh(server, grant);
      const { accessToken, subject } = grant;
      const response = await oauth.userInfoRequest(server, client, accessToken, options);
      await oauth.processUserInfoResponse(server, client, subject, response);
      return { state: "good", grant };
    } catch (error) {
      return { state: isRefusal(error) ? "gone" : "silent" };
    }
  }

  return {
    name: "google",
    title: "Google",
    async leave(departure) {
      const server = await discover();
      return departureUrl(server, settings.clientId, departure);
    },
    async arrive(came, departure) {
      const server = await discover();
      const { state, nonce, verifier, redirectUri } = departure;
      const parameters = oauth.validateAuthResponse(server, client, came, state);
      const response = await oauth.authorizationCodeGrantRequest(
        ...([server, client, secret, parameters, redirectUri, verifier, options] as const),
      );
      const tokens = await oauth.processAuthorizationCodeResponse(server, client, response, {
        ...{ expectedNonce: nonce, requireIdToken: true },
      });
      await oauth.validateApplicationLevelSignature(server, response, options);
      const claims = oauth.getValidatedIdTokenClaims(tokens);
      if (claims === undefined) throw new Error("there is no ID token");
      const account = accountOf(claims);
      const grant: Grant = {
        ...{ provider: "google", subject: account.subject, accessToken: tokens.access_token },
        refreshToken: tokens.refresh_token ?? null,
        accessExpiresAt: expiryOf(tokens.expires_in, clock.now()),
      };
      return { account, grant };
    },
    ask,
  };
}

async function departureUrl(
  server: oauth.AuthorizationServer,
  clientId: string,
  { state, nonce, verifier, redirectUri }: Departure,
): Promise<URL> {
  const url = new URL(server.authorization_endpoint ?? "");
  const parameters = {
    client_id: clientId,
    redirect_uri: redirectUri,
    response_type: "code",
    scope: "openid email profile",
    ...{ state, nonce },
    code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
    code_challenge_method: "S256",
    // Google's own way to a refresh token.
    ...{ access_type: "offline", prompt: "consent" },
  };
  for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value);
  return url;
}

function accountOf(claims: oauth.IDToken): Account {
  const { iss: issuer, sub: subject } = claims;
  const { email, email_verified: isVerified, name } = claims;
  const verified = isVerified === true && typeof email === "string" ? mailboxOf(email) : null;
  const shown = typeof name === "string" ? shownName(name) : "";
  return { issuer, subject, email: verified, name: shown };
}

/** A provider may rotate the refresh token: then the old one opens nothing any more. */
function renewed(grant: Grant, tokens: oauth.TokenEndpointResponse, now: number): Grant {
  return {
    ...grant,
    accessToken: tokens.access_token,
    refreshToken: tokens.refresh_token ?? grant.refreshToken,
    accessExpiresAt: expiryOf(tokens.expires_in, now),
  };
}
