/** Every procedure that there is. None of them addresses a session, a prompt or a policy with a verb. */
import { agentAdministration } from "./agents/administration.ts";
import { audit } from "./audit/procedures.ts";
import { decisions } from "./decisions/procedures.ts";
import { incidents, ingestion, integrity } from "./integrity/procedures.ts";
import { keys } from "./keys/procedures.ts";
import { tokens } from "./keys/token-procedures.ts";
import { live } from "./live/procedures.ts";
import { me } from "./login/procedures.ts";
import { invitations, members } from "./members/procedures.ts";
import { platform } from "./platform/procedures.ts";
import { fleet, sessions } from "./sessions/procedures.ts";
import { settings } from "./settings/procedures.ts";
import { router } from "./trpc.ts";

export const appRouter = router({
  // Read by everybody who belongs to the organisation.
  ...{ live, fleet, sessions, decisions, integrity, incidents, ingestion },
  // Administered.
  ...{ me, members, invitations, keys, tokens, settings, audit, platform },
  agents: router(agentAdministration),
});
export type AppRouter = typeof appRouter;
