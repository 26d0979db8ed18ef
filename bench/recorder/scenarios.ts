/** All scenarios, by what they are about. */
import type { Scenario } from "./scenario.ts";
import { disks } from "./scenarios/disks.ts";
import { files } from "./scenarios/files.ts";
import { interpreterScenarios } from "./scenarios/interpreters.ts";
import { keys } from "./scenarios/keys.ts";
import { languages } from "./scenarios/languages.ts";
import { never } from "./scenarios/never.ts";
import { projects } from "./scenarios/projects.ts";
import { packages } from "./scenarios/packages.ts";
import { shells } from "./scenarios/shells.ts";
import { clients } from "./scenarios/clients.ts";

export const scenarios: readonly Scenario[] = [
  ...files,
  ...disks,
  ...keys,
  ...shells,
  ...clients,
  ...packages,
  ...projects,
  ...languages,
  ...never,
  ...interpreterScenarios,
];
