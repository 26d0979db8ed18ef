/** What is said to people who sign in, follow an invitation, or do not come in. */
import { html } from "hono/html";
import type { Provider } from "./account.ts";
import type { Closed } from "./enter.ts";
import { page } from "./page.ts";

type Html = ReturnType<typeof page>;

const observes = html`<p class="quiet">AtlasBridge observes. Nothing here can act on a machine.</p>`;

function ways(providers: readonly Provider[], query: Record<string, string>): Html[] {
  const search = new URLSearchParams(query).toString();
  return providers.map(
    ({ name, title }) =>
      html`<a class="way" href="/auth/${name}/start?${search}">Continue with ${title}</a>`,
  );
}

export function signInPage(providers: readonly Provider[], returnTo: string): Html {
  if (providers.length === 0) {
    return page(
      "Nobody can sign in yet",
      html`<p>This service has been told of no provider. Whoever runs it sets
<code>ATLASBRIDGE_GOOGLE_CLIENT_ID</code> or <code>ATLASBRIDGE_GITHUB_CLIENT_ID</code>, as docs/auth.md says.</p>`,
    );
  }
  return page(
    "Sign in",
    html`${ways(providers, { return_to: returnTo })}
<p class="quiet">By invitation only: if you have none, ask an admin of your organisation.</p>
${observes}`,
  );
}

export type Invited = { tenantName: string; email: string; role: string; code: string };

export function invitationPage(providers: readonly Provider[], invited: Invited): Html {
  const { tenantName, email, role, code } = invited;
  const article = role === "viewer" ? "a" : "an";
  return page(
    `Join ${tenantName}`,
    html`<p>You are invited as ${article} <b>${role}</b>. Sign in with an account whose verified e-mail is
<b>${email}</b>.</p>
${ways(providers, { invitation: code })}
${observes}`,
  );
}

const reasons: Readonly<Record<Closed, readonly [string, string]>> = {
  "not-invited": [
    "You are not a member",
    "This account belongs to no organisation here. If you were invited, open the link of the invitation and sign in from there; else ask an admin of your organisation for one.",
  ],
  "invitation-over": [
    "This invitation cannot be used",
    "It was used, withdrawn, replaced or is older than seven days. Ask whoever invited you for another.",
  ],
  "other-email": [
    "This invitation is for another e-mail",
    "The account you signed in with has another verified e-mail than the invitation. Sign in with the other account, or ask for an invitation to this one.",
  ],
  "unverified-email": [
    "Your e-mail is not verified",
    "An invitation is for an e-mail that the provider has verified. Verify it there, then open the link again.",
  ],
  full: [
    "The organisation has all the members it may",
    "The invitation is still good: ask whoever invited you to make room, then open its link again.",
  ],
  suspended: [
    "Your organisation is suspended",
    "Nothing of it can be seen until whoever runs this service resumes it.",
  ],
};

export function closedPage(why: Closed): Html {
  const [title, text] = reasons[why];
  return page(
    title,
    html`<p>${text}</p><a class="way" href="/auth/sign-in">Sign in with another account</a>`,
  );
}

/** Whatever was wrong: the browser came back without what it left with, or the provider has said no. */
export function failedPage(): Html {
  return page(
    "You are not signed in",
    html`<p>The sign-in was not finished, took longer than ten minutes, or was begun in another window.</p>
<a class="way" href="/auth/sign-in">Begin again</a>`,
  );
}

export function unreachablePage(title: string): Html {
  return page(
    `${title} does not answer`,
    html`<p>Nobody can sign in with it at the moment.</p><a class="way" href="/auth/sign-in">Try again</a>`,
  );
}

/** Opened by a person: whatever looks at links by itself does not press buttons. */
export function firstPage(path: string): Html {
  return page(
    "Your AtlasBridge cloud",
    html`<p>This link signs in this browser as its admin, once.</p>
<form method="post" action="${path}"><button class="way">Sign in</button></form>
${observes}`,
  );
}

export function firstOverPage(): Html {
  return page(
    "This link was used",
    html`<p>It works once. Stop the service and start it again for another.</p>`,
  );
}

export type Welcome = { name: string; tenantName: string; role: string };

export function welcomePage({ name, tenantName, role }: Welcome): Html {
  return page(
    tenantName,
    html`<p>You are signed in as <b>${name}</b>, ${role}.</p>
<form method="post" action="/auth/sign-out"><button class="way">Sign out</button></form>
${observes}`,
  );
}
