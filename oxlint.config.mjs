/** Lint rules: sizes, types, the direction of imports, and who may read clocks, randomness and the environment. */

const stages = ["pty", "screen", "prompt", "policy", "inject", "trace", "upload"];

const takeClock = "Time comes from runtime/clock.ts; take a Clock as a parameter.";
const takeTimer = "Timers come from runtime/clock.ts; take a Clock as a parameter.";
const takeRandom = "Randomness comes from runtime/random.ts; take a Random as a parameter.";
const takeEnvironment =
  "The environment is read in runtime/config.ts only; take an Environment as a parameter.";
const runsAnywhere = "contracts run in Bun and in a browser; take what you need as a parameter.";

const alternatives = (folders) => `(${folders.join("|")})/`;

/** Folders at the top of the repository that `who` may not know, not even as a type. */
function never(who, folders, instead) {
  return {
    regex: `^(\\.{1,2}/)+${alternatives(folders)}`,
    message: `${who} may not import ${folders.join(", ")}, not even a type; ${instead}`,
  };
}

/** Folders of runtime, seen from inside another of its folders. */
const inRuntime = (folders) => `^(\\.\\./)+(runtime/)?${alternatives(folders)}`;

const outsideRuntime = never(
  "runtime",
  ["cloud", "dashboard", "cmd", "pacts", "bench", "soak"],
  "say what both need in contracts.",
);
const outsideCloud = never(
  "cloud",
  ["runtime", "dashboard", "cmd", "pacts", "bench", "soak"],
  "say what both need in contracts.",
);

/** Modules that bring effects which have a file of their own. */
const effectModules = [
  {
    name: "node:crypto",
    importNames: ["randomBytes", "randomFillSync", "randomInt", "randomUUID", "webcrypto"],
    message: takeRandom,
  },
  { name: "node:process", message: takeEnvironment },
  { name: "node:perf_hooks", message: takeClock },
  { name: "node:timers", message: takeTimer },
  { name: "node:timers/promises", message: takeTimer },
];

/** The last override that matches a file decides alone, so each names all that holds for its folder. */
function imports(patterns, paths = effectModules) {
  return { "no-restricted-imports": ["error", { paths, patterns }] };
}

function stageOverride(stage, index) {
  const earlier = stages.slice(0, index);
  const later = [...stages.slice(index + 1), "session", "operator", "keychain"];
  const patterns = [
    outsideRuntime,
    {
      regex: inRuntime(later),
      message: `${stage} may not import what comes after it (${later.join(", ")}), not even a type; move the noun to contracts or to ${stage}.`,
    },
  ];
  if (earlier.length > 0) {
    patterns.push({
      regex: inRuntime(earlier),
      allowTypeImports: true,
      message: `${stage} may \`import type\` from an earlier stage but no values; take them as parameters, wired in session or cmd.`,
    });
  }
  return { files: [`runtime/${stage}/**/*.ts`], rules: imports(patterns) };
}

const named = (names, message) => names.map((name) => ({ name, message }));
const property = (object, names, message) =>
  names.map((name) => ({ object, property: name, message }));

const clocks = {
  globals: [
    ...named(["Date", "performance"], takeClock),
    ...named(["setTimeout", "setInterval", "setImmediate"], takeTimer),
  ],
  properties: [
    ...property("Bun", ["sleep", "sleepSync"], takeTimer),
    ...property("Bun", ["nanoseconds"], takeClock),
    ...property("process", ["hrtime", "uptime"], takeClock),
  ],
};
const randomness = {
  globals: named(["crypto"], takeRandom),
  properties: [
    ...property("Math", ["random"], takeRandom),
    ...property("Bun", ["randomUUIDv7", "randomUUIDv5"], takeRandom),
  ],
};
const environment = {
  globals: [],
  properties: [
    ...property("process", ["env"], takeEnvironment),
    ...property("Bun", ["env"], takeEnvironment),
  ],
};

function forbid(...effects) {
  return {
    "no-restricted-globals": ["error", ...effects.flatMap((effect) => effect.globals)],
    "no-restricted-properties": ["error", ...effects.flatMap((effect) => effect.properties)],
  };
}

const browserUnsafe = named(
  [
    ...["Bun", "process", "Buffer", "require", "document", "window", "navigator", "fetch"],
    ...["WebSocket", "console", "performance", "setTimeout", "setInterval", "setImmediate"],
    "crypto",
  ],
  runsAnywhere,
);

const product = [
  ...["runtime/**/*.ts", "cloud/**/*.ts"],
  ...["cmd/atlasbridge.ts", "cmd/atlasbridge/**/*.ts"],
  ...["cmd/atlasbridge-cloud.ts", "cmd/atlasbridge-cloud/**/*.ts"],
];
const tests = (folder) => [`${folder}/**/*.test.ts`, `${folder}/**/*.suite.ts`];

export default {
  plugins: ["typescript", "import", "oxc", "unicorn", "promise"],
  categories: { correctness: "error" },
  options: { typeAware: true, reportUnusedDisableDirectives: "error" },
  ignorePatterns: ["dist", "reports", ".stryker-tmp", "**/recordings/**", "**/results/**"],
  rules: {
    "max-lines": ["error", { max: 400, skipBlankLines: false, skipComments: false }],
    "max-lines-per-function": [
      "error",
      { max: 70, skipBlankLines: false, skipComments: false, IIFEs: true },
    ],
    "max-params": ["error", { max: 3 }],
    "max-depth": ["error", { max: 3 }],
    // A flat switch over a union is one decision, whose cases `switch-exhaustiveness-check` counts better.
    complexity: ["error", { max: 12, variant: "modified" }],
    eqeqeq: "error",
    "no-console": "error",
    "no-empty": "error",
    "no-var": "error",
    "import/no-cycle": ["error", { ignoreTypes: false }],
    "import/no-self-import": "error",
    "import/no-default-export": "error",
    "oxc/no-barrel-file": ["error", { threshold: 0 }],
    "typescript/await-thenable": "error",
    "typescript/consistent-type-imports": "error",
    "typescript/no-explicit-any": "error",
    "typescript/no-floating-promises": "error",
    "typescript/no-misused-promises": "error",
    "typescript/no-non-null-assertion": "error",
    "typescript/only-throw-error": "error",
    // With a `default` the author has said what becomes of the rest.
    "typescript/switch-exhaustiveness-check": [
      "error",
      { considerDefaultExhaustiveForUnions: true },
    ],
    // Interfaces here are written in method form and built as closures, which have no `this` to lose.
    "typescript/unbound-method": "off",
    // Long lists are spread from shorter ones that belong together.
    "unicorn/no-useless-spread": "off",
  },
  overrides: [
    { files: product, rules: forbid(clocks, randomness, environment) },
    { files: ["runtime/clock.ts", "cloud/clock.ts"], rules: forbid(randomness, environment) },
    { files: ["runtime/random.ts", "cloud/random.ts"], rules: forbid(clocks, environment) },
    { files: ["runtime/config.ts", "cloud/config.ts"], rules: forbid(clocks, randomness) },
    {
      files: ["contracts/**/*.ts"],
      rules: {
        "no-restricted-globals": ["error", ...browserUnsafe, ...named(["Date"], takeClock)],
        "no-restricted-properties": ["error", ...randomness.properties],
        ...imports([
          {
            group: ["**", "!./*", "!zod", "!canonicalize", "!structured-headers", "!@noble/**"],
            message:
              "contracts imports zod and small pure libraries only: no Bun, Node or DOM. Take it as a parameter, or allow the library in oxlint.config.mjs if it is pure.",
          },
        ]),
      },
    },
    {
      // It turns a moment into text, which needs no clock; `Date.now` is still refused.
      files: ["contracts/moment.ts"],
      rules: {
        "no-restricted-globals": ["error", ...browserUnsafe],
        "no-restricted-properties": [
          "error",
          ...randomness.properties,
          ...property("Date", ["now"], takeClock),
        ],
      },
    },
    {
      files: ["runtime/*.ts"],
      rules: imports([
        outsideRuntime,
        {
          regex: `^\\./${alternatives([...stages, "session", "operator", "keychain"])}`,
          message: "The files at runtime's root serve every stage and may import none of them.",
        },
      ]),
    },
    {
      files: ["runtime/random.ts"],
      rules: imports([outsideRuntime], []),
    },
    ...stages.map(stageOverride),
    {
      files: ["runtime/session/**/*.ts"],
      rules: imports([
        outsideRuntime,
        {
          regex: inRuntime(["upload", "operator", "keychain"]),
          allowTypeImports: true,
          message:
            "session may not reach upload or operator, which open connections, nor keychain; wire them in cmd.",
        },
      ]),
    },
    // Joins the stages as session does, to measure them.
    { files: ["runtime/lab/**/*.ts"], rules: imports([outsideRuntime]) },
    { files: ["runtime/operator/**/*.ts"], rules: imports([outsideRuntime]) },
    { files: ["runtime/recording/**/*.ts"], rules: imports([outsideRuntime]) },
    {
      files: ["runtime/keychain/**/*.ts"],
      rules: imports([
        outsideRuntime,
        {
          regex: inRuntime([...stages, "session", "operator"]),
          message: "keychain reads secrets and hands them to whoever wires it; it knows no stage.",
        },
      ]),
    },
    { files: ["cloud/**/*.ts"], rules: imports([outsideCloud]) },
    { files: ["cloud/random.ts"], rules: imports([outsideCloud], []) },
    { files: ["cloud/sql.d.ts"], rules: { "import/no-default-export": "off" } },
    {
      files: ["dashboard/**/*.ts", "dashboard/**/*.tsx"],
      rules: imports([
        never("dashboard", ["cmd", "pacts", "bench", "soak"], "it shares contracts alone."),
        never(
          "dashboard",
          ["runtime", "cloud"],
          "router types enter through dashboard/routers.ts.",
        ),
      ]),
    },
    {
      files: ["dashboard/routers.ts"],
      rules: imports([
        never("dashboard", ["cmd", "pacts", "bench", "soak"], "it shares contracts alone."),
        {
          regex: `^(\\.\\./)+${alternatives(["runtime", "cloud"])}`,
          allowTypeImports: true,
          message: "dashboard/routers.ts may `import type` the routers, but no values.",
        },
      ]),
    },
    {
      files: ["cmd/**/*.ts", "cmd/**/*.mjs"],
      rules: imports([never("cmd", ["pacts", "bench", "soak"], "nothing imports them.")], []),
    },
    // Programs for us, not for users: they speak on standard output.
    {
      files: ["bench/**/*.ts", "soak/**/*.ts", "cmd/demo.ts", "cmd/demo/**/*.ts"],
      rules: { "no-console": "off" },
    },
    {
      files: ["oxlint.config.mjs", "vite.config.ts"],
      rules: { "import/no-default-export": "off" },
    },
    {
      files: ["**/*.test.ts", "**/*.suite.ts"],
      rules: {
        complexity: "off",
        "max-lines-per-function": "off",
        "no-restricted-globals": "off",
        "no-restricted-properties": "off",
        "typescript/switch-exhaustiveness-check": "off",
      },
    },
    { files: tests("runtime"), rules: imports([outsideRuntime], []) },
    {
      // The dashboard is tested with the real program behind it.
      files: [...tests("dashboard"), "dashboard/testing/**/*.ts"],
      rules: imports([never("dashboard", ["pacts", "bench", "soak"], "nothing imports them.")], []),
    },
    { files: tests("cloud"), rules: imports([outsideCloud], []) },
    {
      files: tests("contracts"),
      rules: imports(
        [
          never(
            "contracts",
            ["runtime", "cloud", "dashboard", "cmd", "pacts", "bench", "soak"],
            "they are in the middle and know nobody.",
          ),
        ],
        [],
      ),
    },
  ],
};
