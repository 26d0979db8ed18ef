/** `atlasbridge redact`: what would be taken out of a text before it is recorded. */
import type { Register } from "./cli.ts";
import { type RedactTestOptions, redactTest } from "./redact/try.ts";

const help = `
Examples:
  $ atlasbridge redact test session.log
      each secret: line, column, kind; never the secret
  $ atlasbridge redact test --print - < session.log
      the text as it would be recorded
  $ atlasbridge redact test --exit-code .env
      for scripts: ends with 1 when something is found

Taken out is what the built-in rules, secretlint's rules and your own patterns
find (atlasbridge config get redaction.patterns), and the values of
environment variables whose names tell of a secret. Without --exit-code it
ends with 0 whatever is found.
`;

const examples = `
Example:
  $ atlasbridge redact test build.log
`;

export const registerRedact: Register = (program, run) => {
  const redact = program
    .command("redact")
    .description("see what is taken out of texts before they are recorded")
    .addHelpText("after", examples);
  redact
    .command("test")
    .description("print where a text holds secrets, and what would be recorded of it")
    .argument("<file>", "a text file, or - for standard input")
    .option(
      "--print",
      "print the text with the secrets replaced; where they stood goes to standard error",
    )
    .option("--exit-code", "end with 1 when something is found")
    .addHelpText("after", help)
    .action(run((cli, file: string, options: RedactTestOptions) => redactTest(cli, file, options)));
};
