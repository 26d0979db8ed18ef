/** Every bound of the service in one place, units last in the name; those of the wire are in `contracts/upload.ts`. */
export const bounds = {
  /** A body must have arrived within this, however slowly its sender sends. */
  bodyMs: 10_000,
  /** A connection on which nothing happens is closed after this. */
  idleSeconds: 30,
  /** Open at once; more are cut as they come. Of one address: an office behind one, each of its people with several. */
  connectionsDefault: 4_096,
  connectionsOfAddressDefault: 512,
  /** Requests that are dealt with at once; more are asked to come back. */
  requestsMax: 256,
  targetCharsMax: 2_048,

  poolConnectionsDefault: 8,
  /** Work that waits for a connection; more is refused rather than kept waiting. */
  poolQueueMax: 128,
  /** Of a pool's connections, those that no one tenant takes: the others are never kept out by it. */
  poolSparedShare: 0.25,
  connectSeconds: 5,
  statementMs: 5_000,
  lockMs: 4_000,
  idleInTransactionMs: 10_000,
  /** For saying goodbye. */
  poolEndSeconds: 2,
  /** A transaction, or a question outside of one. More than its statements may take: over that, nobody answers any more. */
  workMs: 20_000,

  shutdownMs: 10_000,
  readyMs: 2_000,
  retryAfterSeconds: 2,

  /** Tallies of refusals and of use are written this often, and hold this many different ones. */
  tallyEveryMs: 5_000,
  tallyKindsMax: 10_000,

  /** A nonce is kept for as long as a request with it could still be fresh, twice over. */
  nonceKeptSeconds: 900,
  /** Of outdated nonces, at once. */
  nonceSweepRowsMax: 500,
  /** One in so many requests sweeps. */
  nonceSweepEvery: 64,

  ruleIdCharsMax: 64,
  /** Of a decision's reason, and of a session's command and folder, in lists; entries keep all of it. */
  reasonCharsMax: 200,
  shownCharsMax: 400,

  /** For one page of a list that no index filters, so many rows are looked through at most; the next goes on from there. */
  walkRowsMax: 20_000,
  /** Of the newest sessions, those of which the tools are counted that a filter can be set to. */
  facetRowsMax: 10_000,

  /** A page of a session's timeline; it looks through so many entries of its agent at a time, so many times. */
  timelineRowsMax: 500,
  timelineWindowRows: 5_000,
  timelineWindowsMax: 4,
  /** Of the newest escalations, so many are looked at for suggestions; less often than so many is no habit. */
  suggestionRowsMax: 2_000,
  suggestionTimesMin: 5,
  suggestionsMax: 20,
  /** Entries of an agent that one step of checking them again reads. */
  recheckRowsMax: 2_000,
  /** Entries of an agent from the checkpoint before a session to the one after it, for a proof of it. */
  provedSpanMax: 200_000,

  /** Of the ingestion health of agents: rows of a page, and from where on somebody should look. */
  healthRowsMax: 500,
  healthSkewSeconds: 60,
  healthSilentSeconds: 86_400,
  healthLagSeconds: 3_600,

  /** Retention looks this often; a step of it goes over so many entries, and a look over one agent makes so many steps. */
  retentionEveryMs: 900_000,
  retentionRowsMax: 2_000,
  retentionStepsMax: 500,
  /** Agents of a tenant that one step looks for. */
  retentionAgentsMax: 500,
  /** Rows of a page of a tenant's export. */
  exportPageRows: 500,

  /** Changes of a tenant are gathered for so long before they are told to whoever looks. */
  liveEveryMs: 100,
  /** Who looks and hears nothing asks the database this often, and whether it still may look. */
  liveLookMs: 15_000,
  /** So much before the last thing heard, when it is asked what came since: clocks and transactions differ. */
  liveOverlapMs: 20_000,
  /** Who was away for longer reads everything again. */
  liveResumeMs: 3_600_000,
  liveOfTenantMax: 64,
  liveOfReplicaMax: 1_024,
  /** Waiting to be told to one who looks; and sessions named in one. */
  liveChangesMax: 100,
  liveSessionsMax: 50,
  liveRetryMs: 1_000,
  livePingMs: 10_000,

  /** Spans that wait to be told; more are dropped. */
  spansQueuedMax: 2_048,
  spansExportMs: 2_000,

  /** Keys, agents and tenants of which a replica remembers, by itself, what they have used. */
  limiterNamesMax: 50_000,
  /** Keys that were believed lately, as a replica remembers them. */
  knownKeysMax: 10_000,
  redisCommandMs: 500,
  redisConnectMs: 1_000,

  resealRowsMax: 200,
  auditPageMax: 200,

  overlapHoursDefault: 24,
  overlapHoursMax: 720,
  tenantNameCharsMax: 200,
  labelCharsMax: 120,

  /** Of one organisation for which platform staff have set no other limits. */
  agentsMax: 10_000,
  membersMax: 1_000,
  /** A replica believes what it read of an organisation's allowance for so long. */
  allowanceMs: 10_000,
  allowancesMax: 10_000,

  /** Of one organisation that open something; of all that it ever had, the list shows the newest. */
  keysMax: 1_000,
  keysListedMax: 2_000,
  tokensMax: 200,
  tokensListedMax: 500,
  tokenDaysDefault: 90,
  tokenDaysMax: 366,
  mailMs: 8_000,
  invitationDays: 7,
  invitationsListedMax: 500,
  /** Of an invitation, as it comes in an address. */
  codeCharsMax: 64,
  emailCharsMax: 254,
  personNameCharsMax: 200,
  browserCharsMax: 200,

  /** From leaving for the provider to coming back. */
  loginMs: 600_000,
  sessionIdleMs: 43_200_000,
  sessionMs: 604_800_000,
  sessionsOfPersonMax: 20,
  /** Requests that are under way with a cookie that was replaced end well. */
  replacedCookieMs: 60_000,
  /** When somebody was last seen is written this often. */
  seenEveryMs: 60_000,
  /** A session whose provider has not said for this long that it is good, and does not now, ends. */
  providerSilentMs: 900_000,
  /** It is asked this often, and when it did not answer, this often. */
  providerAskEveryMs: 240_000,
  providerRetryMs: 20_000,
  /** An access token is refreshed this long before it ends. */
  refreshBeforeMs: 60_000,
  /** One question to a provider. */
  providerMs: 5_000,
  /** A replica that asks is waited for this long; then it has died. */
  providerLeaseMs: 20_000,
  /** What a provider is believed about itself before it is asked again. */
  discoveryMs: 3_600_000,

  postgresStartMs: 60_000,
  postgresStopMs: 8_000,
} as const;
