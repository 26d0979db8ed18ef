/** The recognisers in the order in which they are asked: what is surest, and what would be mistaken later, first. */
import { recogniseChoices, recogniseLoneAnswer } from "./choice-prompt.ts";
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
import type { Reading, Recogniser, Scene } from "./reading.ts";

const inOrder: readonly Recogniser[] = [
  recognisePager,
  recogniseTypedWord,
  recogniseChoices,
  recognisePress,
  recogniseLoneAnswer,
  recogniseSecret,
  recogniseImpliedYesNo,
  recogniseLibraryField,
  recogniseCommandLine,
  recogniseField,
  recogniseStatusPager,
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
