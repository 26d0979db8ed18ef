/** The recognisers in the order in which they are asked: what is surest, and what would be mistaken later, first. */
import { recogniseArrowList, recogniseFinder, recogniseToggle } from "./arrow-list.ts";
import { recogniseChoices, recogniseLoneAnswer } from "./choice-prompt.ts";
import { recogniseDialogBox } from "./dialog-box.ts";
import { recogniseEditor, recogniseReader } from "./full-screen.ts";
import {
  recogniseCommandLine,
  recogniseField,
  recogniseImpliedYesNo,
  recogniseLibraryField,
  recogniseLineEditor,
  recognisePager,
  recognisePress,
  recogniseSecret,
  recogniseStatusPager,
  recogniseTypedWord,
} from "./line-prompt.ts";
import { recogniseEither, recogniseKeyMenu, recogniseList } from "./list-prompt.ts";
import type { Reading, Recogniser, Scene } from "./reading.ts";

const inOrder: readonly Recogniser[] = [
  recogniseDialogBox,
  recognisePager,
  recogniseFinder,
  recogniseArrowList,
  recogniseToggle,
  recogniseKeyMenu,
  recogniseList,
  recogniseTypedWord,
  recogniseChoices,
  recognisePress,
  recogniseLoneAnswer,
  recogniseSecret,
  recogniseEither,
  recogniseImpliedYesNo,
  recogniseEditor,
  recogniseLibraryField,
  recogniseCommandLine,
  recogniseField,
  recogniseStatusPager,
  recogniseReader,
  recogniseLineEditor,
];

export function recognise(scene: Scene): Reading | null {
  if (scene.region.index < 0) return null;
  for (const recogniser of inOrder) {
    const reading = recogniser(scene);
    if (reading !== null) return reading;
  }
  return null;
}
