/** Every bound in one place, units last in the name; their relations are asserted by `limits.test.ts`. */
export const limits = {
  /** A question longer than this is kept as its last part and marked `cut`. */
  questionCharsMax: 4_096,
  optionsMax: 64,
  optionLabelCharsMax: 512,
  evidenceItemsMax: 32,
  /** A reply from policy or a person. */
  replyCharsMax: 4_096,
  replyBytesMax: 16_384,
  /** How long a decided reply stays good. Later than this it is not typed: the prompt has gone stale. */
  replyExpiryMs: 10_000,

  screenColsMax: 1_000,
  screenRowsMax: 1_000,
  scrollbackRowsMax: 1_000,
  titleCharsMax: 1_024,

  /** First look at the kernel's evidence after the last output byte, then backing off to the last. */
  settleFirstMs: 1,
  settleLastMs: 2_000,
  /** Silence before the second look at a question that came whole: time for what was written right behind it. */
  secondLookUs: 500,
  /** A tool that lives this long is worth a rehearsal of its first answer. */
  rehearseAfterMs: 15,
  /** A tool's dialog must have stood unchanged for this long before a key goes into it: earlier ones get lost. */
  dialogStillMs: 100,
  /** The same for one that shows `…` in place of what it is about: what is missing there is being computed. */
  unpaintedStillMs: 1_500,
  /** The same for one of a tool without a folder while something else on the screen moves. */
  besideMotionStillMs: 1_000,
  /** How often a dialog is looked at that stands there while its tool does something else for a moment. */
  busyLookMs: 8,
  /** A prompt in which something never stands still is left to a person after this long. */
  unsettledMs: 2_000,
  /** What a tool announces may come this much before or after what it paints. */
  announceGraceMs: 500,
  /** A line editor echoes a key within this; behind one that shows nothing for so long Enter follows all the same. */
  echoMs: 300,
  /** Nothing is written behind a lone ESC for this long: together they would be another key. */
  escapeGapMs: 50,
  /** A tool that announces that it is blocked, with no question seen on its screen for this long, is left to a person. */
  blockedUnseenMs: 2_000,
  /** What the screen tells of the tool's asking mode must be told for this long to count. */
  asksStillMs: 300,
  /** Entries of one session on disagreements without a prompt are at least this far apart. */
  disagreedEveryMs: 60_000,
  /** What a session is doing must last for this long to be shown, and is written down at most this often. */
  activityLastsMs: 250,
  activityEveryMs: 1_000,
  /** A resized terminal gets this long to be redrawn before a prompt that cannot be read counts as gone. */
  redrawMs: 1_000,
  /** With nobody there, one question that comes back after each of so many refusals in a row ends its tool. */
  refusalsMax: 500,
  /** After typing, the prompt must leave the screen within this, or the reply had no effect. */
  effectMs: 3_000,

  /** Output that the user's terminal has not taken yet: above the first the tool is paused until it falls below the second. */
  outputQueueHighBytes: 1_048_576,
  outputQueueLowBytes: 262_144,

  /** Output that the screen has not taken yet, likewise. */
  intakeHighBytes: 262_144,
  intakeLowBytes: 65_536,
  /** The screen takes output for this long, then keys and timers have their turn. */
  intakeTurnMs: 5,

  /** Event lines that their reader has not taken yet; above this the stream of events ends. */
  eventsQueueBytesMax: 1_048_576,

  /** Entries that wait while the trace cannot be written; more than these are counted, not kept. */
  unrecordedDraftsMax: 1_000,
  /** How long after a failed write the waiting entries are tried again. */
  recordRetryMs: 2_000,
  /** How a prompt ended is recorded this much later, or with what is recorded next. */
  recordTogetherMs: 100,
  /** How long a session's own write waits for a lock: the person's terminal stands still meanwhile. */
  sessionBusyMs: 750,
  /** Keys without an Enter after them count as typing for this long: policy keeps its hands off. */
  typingGraceMs: 3_000,
  /** A suggestion must have been shown for this long before a key can confirm it: nobody has read it earlier. */
  suggestedMs: 250,
  /** The terminal's title is written only when the tool has written nothing for this long: not amid a sequence. */
  titleQuietMs: 20,
  suggestionCharsMax: 120,
  /** What is only told stands in the title for this long. */
  mentionMs: 15_000,
  /** A prompt that a person answers must be gone for this long before it counts as gone: tools repaint. */
  goneMs: 40,

  /** How often the daemon looks whether a session's process has died, and whether it has become enrolled. */
  daemonLookMs: 1_000,
  /** How often it sees to what is older than it is to be kept. */
  daemonRetainMs: 3_600_000,
  /** How long it is waited for when it is asked, started and stopped. */
  daemonAskMs: 1_500,
  daemonStartMs: 10_000,
  daemonStopMs: 15_000,
  /** A log is begun anew beyond this, and so many older ones are kept. */
  logFileBytesMax: 1_048_576,
  logFilesMax: 3,
  /** How long a session in the background may take until its tool runs. */
  hostStartMs: 20_000,
  /** Terminals that may be attached to one session. */
  seatsMax: 16,
  seatNameCharsMax: 80,
  /** Of keys or anything else from an attached terminal, at once. */
  seatFrameBytesMax: 1_048_576,
  /** Output that an attached terminal has not taken yet; beyond it gets the screen anew in place of what it missed. */
  seatBacklogBytesMax: 4_194_304,
  /** So many rows above the screen are brought back with it. */
  seatScrollbackRowsMax: 500,
  /** A terminal that has not said what it wants by then is sent away. */
  seatHelloMs: 2_000,
  /** The same the other way: how long who attaches waits for a word. */
  seatWelcomeMs: 5_000,
  /** How long a session that has ended waits for attached terminals to have taken its end. */
  seatFarewellMs: 1_000,

  /** A screen with no output for this long has settled: the detector speaks of it however weak its evidence. */
  settledMs: 400,

  /** How long a session waits for what is left in the terminal after its tool has ended. */
  drainMs: 500,
  /** A tool that was asked to end gets this long before the next, harder signal. */
  endGraceMs: 2_000,

  /** A shell text longer, deeper or of more commands than these is not read but left to a person. */
  shellCharsMax: 16_384,
  shellNestingMax: 16,
  shellCommandsMax: 256,
  /** Files below the folders that a command reads as a whole, such as `grep -r`; of more it is not known what they are. */
  treeFilesMax: 10_000,

  policyFileBytesMax: 1_048_576,
  /** A policy file that was changed must have stood still for this long before it is read; so often it is waited for. */
  policySettleMs: 50,
  policySettleTriesMax: 5,
  /** Folders upwards in which a project's policy is looked for. */
  projectDepthMax: 256,
  /** A project's, each file: whoever wrote it must not hold a session up by its reading. */
  projectPolicyBytesMax: 131_072,
  policyRulesMax: 5_000,
  policyPathCharsMax: 4_096,
  /** Files that one policy may be made of by `extends`, itself included. */
  policyFilesMax: 8,
  ruleIdCharsMax: 64,
  patternCharsMax: 1_000,
  environmentNameCharsMax: 64,
  workspaceProfileCharsMax: 64,
  /** Folders that `workspace` keeps something about. */
  workspacesMax: 1_000,
  workspaceFileBytesMax: 8_388_608,
  secretNameCharsMax: 64,
  /** A terminal's line holds 4 096 bytes, on some systems 1 024, its Enter included. */
  secretBytesMax: 1_000,
  secretsMax: 256,
  /** How long a reply waits for its secret; after this a person is asked. */
  keychainReadMs: 3_000,
  /** How long a command waits for the keychain: a desktop may be asking its owner to unlock it. */
  keychainAskMs: 60_000,
  hostCharsMax: 255,
  commandPatternCharsMax: 1_000,
  /** In one `command`. */
  commandPatternsMax: 512,
  /** Of each list of a rule. */
  ruleExamplesMax: 100,
  /** In one `any_of` or `none_of`. */
  matchBlocksMax: 64,
  autoRepliesPerRuleMax: 1_000_000,
  /** Where a policy sets no brakes of its own. A script may ask quickly; only what runs away asks more often than this. */
  repliesPerMinuteDefault: 6_000,
  samePromptPerMinuteDefault: 1_000,

  /** How long an append waits for another process that holds the database. */
  traceBusyMs: 5_000,
  /** One process sets so many traces aside at most: a disk that breaks each of them is not filled up with them. */
  tracesSetAsideMax: 3,
  /** Appends in SQLite's log before it is folded into the database; so many while somebody waits for a reply. */
  unfoldedAppendsMax: 128,
  unfoldedRepliesMax: 2_048,
  /** Where others kept it from that, it is tried again after so many. */
  unfoldedAgainMin: 32,
  /** The file of SQLite's log is cut to this when it begins anew. */
  traceLogKeptBytes: 8_388_608,
  /** Entries by whomever: whoever comes past a multiple of it folds, when nobody waits. */
  unfoldedEntriesMax: 512,
  entryBytesMax: 262_144,

  /** Entries whose content is erased in one transaction: others wait for it. */
  eraseEntriesMax: 500,
  /** How many of those transactions one session has made for content that was kept for long enough. */
  retentionStepsMax: 40,
  /** The same, in time: the process that does it ends then. */
  retentionMs: 30_000,
  /** Entries that are moved into an archive and then deleted here in one transaction. */
  archiveEntriesMax: 2_000,
  /** What is left of a trace is packed while sessions run if it is no more than this: they wait for it. */
  packWhileUsedBytes: 33_554_432,

  /** A link that opens the local dashboard is good for this long, and a browser that was let in stays so. */
  dashboardTicketMs: 3_600_000,
  dashboardAdmissionMs: 2_592_000_000,
  /** How often what runs is looked at, at most, while somebody looks on, and something happens. */
  dashboardLookMs: 150,
  /** How often though nothing is told: processes that died, and sessions that did not answer; then all the others. */
  dashboardAskMs: 2_000,
  dashboardAskAllMs: 10_000,
  /** For so long what a session has recorded may still have its effect. */
  dashboardAskAgainMs: 1_000,
  /** Where the system does not tell of changed files they are looked at instead, and this long after it is asked again. */
  changesDeafMs: 10_000,
  /** How often the console looks whether daemon and dashboard run. */
  consoleServicesMs: 1_500,
  /** Of one request to it: a policy's text, and what goes with it. */
  dashboardRequestBytesMax: 2_097_152,
  dashboardPageRowsMax: 200,
  /** One of our own commands that it runs beside itself, such as checking a trace of millions of entries. */
  dashboardCommandMs: 600_000,
  dashboardPromptsMax: 2_000,
  /** Entries that are read for the chart of the last days. */
  dashboardDaysEntriesMax: 50_000,
  dashboardSearchCharsMax: 200,
  /** Running sessions whose screens are asked for at once, and lines of each. */
  dashboardGlancesMax: 24,
  dashboardGlanceLinesMax: 200,

  /** The canary takes less than a second; after this, on the slowest machine, it counts as dead. */
  canaryMs: 10_000,

  notifySecondsMax: 86_400,
  notifyTargetsMax: 16,
  notifyUrlCharsMax: 512,
  /** Of a question in a notification: it is a call, not the place to read. */
  notifyQuestionCharsMax: 500,
  /** From the first byte sent to the answer's status, of which nothing more is read. */
  notifyRequestMs: 10_000,
  /** So often is one message tried; the first wait is at most this long, each further one twice that, drawn anew. */
  notifyTriesMax: 6,
  notifyRetryFirstMs: 1_000,
  notifyRetryLastMs: 60_000,
  /** The process that sends one message ends after this, whatever it waits for. */
  notifyMs: 300_000,
  notifyResultBytesMax: 4_096,
  configFileBytesMax: 65_536,
  retentionDaysMax: 36_500,
  /** Of one session's terminal, before compression. */
  recordingBytesMin: 65_536,
  recordingBytesDefault: 67_108_864,
  recordingBytesMax: 4_294_967_296,
  /** What was shown is in the recording's file after this at the latest, and so much sooner at a prompt. */
  recordingFlushMs: 500,
  recordingPromptFlushMs: 20,
  /** So much waits for the file at most: it is one frame of it. */
  recordingBatchBytes: 262_144,
  recordingBatchEventsMax: 4_096,
  /** A recording ends when the disk has less room than this: what is left is for the trace. */
  recordingReserveBytes: 33_554_432,
  /** How often it looks, by what it has written. */
  recordingLookBytes: 1_048_576,
  /** Of a file that is read: no frame of ours comes to more, decoded. */
  recordingFrameBytesMax: 8_388_608,
  /** What may be the beginning of a known secret waits for its rest, but not longer than this. */
  recordingHoldMs: 400,
  /** Of a recording that is replayed within a report. */
  reportReplayCharsMax: 8_388_608,
  redactionPatternsMax: 100,
  /** Of a terminal's output so much is held back at most until it is known whether a secret goes on. */
  redactionHeldCharsMax: 65_536,

  /** A checkpoint is signed at least every so many entries, and while entries arrive at least this often. */
  checkpointEntriesMax: 64,
  checkpointEveryMs: 10_000,
  tailEntriesDefault: 20,

  cloudUrlCharsMax: 512,
  /** The file for secrets where there is no keychain. */
  secretFileBytesMax: 16_384,
  /** What the service may say to one request; the rest is not read, and the request counts as failed. */
  cloudReplyBytesMax: 65_536,
  /** From the first byte sent to the last byte of the reply. */
  cloudRequestMs: 30_000,
  /** The first wait after a failure is at most this long, the second twice that, up to the last; each is drawn anew. */
  uploadRetryFirstMs: 1_000,
  uploadRetryLastMs: 300_000,
  /** A service may ask for a wait as long as this; what it asks for beyond is not granted. */
  retryAfterMsMax: 3_600_000,
  /** `cloud sync` ends when nothing has been taken for this long; the daemon and `--follow` never do. */
  syncPatienceMs: 60_000,
  /** How often `--follow` looks for new entries. */
  uploadLookMs: 500,
  /** The trace database, as it may grow while it cannot be sent: about a month of work. */
  diskBudgetBytesMin: 1_048_576,
  diskBudgetBytesDefault: 500_000_000,
  diskBudgetBytesMax: 1_000_000_000_000,
} as const;
