/** Writes today's pact over the kept one: to be run when the runtime is meant to say or expect something else. */
import { relative } from "node:path";
import { makePact, pactName } from "./made.ts";
import { enterReleased } from "./released.ts";
import { earlierTexts, keepPact } from "./versions.ts";

enterReleased(earlierTexts());
const { text } = await makePact();
process.stdout.write(
  `${relative(process.cwd(), keepPact(pactName, text))} written; look at what changed\n`,
);
