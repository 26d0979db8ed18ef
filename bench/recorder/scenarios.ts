/** All scenarios, by what they are about. */
import type { Scenario } from "./scenario.ts";
import { compiledLibraries } from "./scenarios/compiled-libraries.ts";
import { disks } from "./scenarios/disks.ts";
import { files } from "./scenarios/files.ts";
import { games, pickers } from "./scenarios/games.ts";
import { fullScreens } from "./scenarios/full-screens.ts";
import { furtherPrograms } from "./scenarios/further-programs.ts";
import { interpreterScenarios } from "./scenarios/interpreters.ts";
import { keys } from "./scenarios/keys.ts";
import { languages } from "./scenarios/languages.ts";
import { never } from "./scenarios/never.ts";
import { projects } from "./scenarios/projects.ts";
import { neverLibraries } from "./scenarios/never-libraries.ts";
import { neverPiped } from "./scenarios/never-piped.ts";
import { npmForms } from "./scenarios/npm-forms.ts";
import { npmLines } from "./scenarios/npm-lines.ts";
import { npmPrompts } from "./scenarios/npm-prompts.ts";
import { packages } from "./scenarios/packages.ts";
import { pythonLibraries } from "./scenarios/python-libraries.ts";
import { scriptLibraries } from "./scenarios/script-libraries.ts";
import { neverBeside } from "./scenarios/never-beside.ts";
import { shells } from "./scenarios/shells.ts";
import { spellings } from "./scenarios/spellings.ts";
import { toolsAndClients } from "./scenarios/tools-and-clients.ts";
import { unseenPrograms } from "./scenarios/unseen-programs.ts";
import { capitalKeys } from "./scenarios/capital-keys.ts";
import { clients } from "./scenarios/clients.ts";

export const scenarios: readonly Scenario[] = [
  ...files,
  ...disks,
  ...keys,
  ...shells,
  ...spellings,
  ...clients,
  ...packages,
  ...projects,
  ...languages,
  ...npmPrompts,
  ...npmForms,
  ...npmLines,
  ...pythonLibraries,
  ...scriptLibraries,
  ...compiledLibraries,
  ...fullScreens,
  ...furtherPrograms,
  ...toolsAndClients,
  ...games,
  ...pickers,
  ...neverPiped,
  ...neverLibraries,
  ...never,
  ...neverBeside,
  ...unseenPrograms,
  ...capitalKeys,
  ...interpreterScenarios,
];
