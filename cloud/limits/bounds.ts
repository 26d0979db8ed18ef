/** Every bound of the service in one place, units last in the name; those of the wire are in `contracts/upload.ts`. */
export const bounds = {
  /** A body must have arrived within this, however slowly its sender sends. */
  bodyMs: 10_000,
  /** A connection on which nothing happens is closed after this. */
  idleSeconds: 30,
  /** Requests that are dealt with at once; more are asked to come back. */
  requestsMax: 256,
  targetCharsMax: 2_048,

  poolConnectionsDefault: 8,
  /** Work that waits for a connection; more is refused rather than kept waiting. */
  poolQueueMax: 128,
  connectSeconds: 5,
  statementMs: 5_000,
  lockMs: 4_000,
  idleInTransactionMs: 10_000,

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

  /** A page of a session's timeline; it looks through so many entries of its agent at a time, so many times. */
  timelineRowsMax: 500,
  timelineWindowRows: 5_000,
  timelineWindowsMax: 4,
  /** Of the newest escalations, so many are looked at for suggestions; less often than so many is no habit. */
  suggestionRowsMax: 5_000,
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

  redisCommandMs: 500,
  redisConnectMs: 1_000,

  overlapHoursDefault: 24,
  overlapHoursMax: 720,
  tenantNameCharsMax: 200,
  labelCharsMax: 120,

  tokenDaysDefault: 90,
  tokenDaysMax: 366,

  postgresStartMs: 60_000,
  postgresStopMs: 8_000,
} as const;
