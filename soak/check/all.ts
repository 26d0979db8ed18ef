/** Every checker that watches a simulated world. */
import type { Checker } from "../facts.ts";
import { contentMark } from "../tool.ts";
import { tenantsApart } from "./apart.ts";
import { nothingLostNothingTwice } from "./arrival.ts";
import { bounded } from "./bounded.ts";
import { chainUnbroken } from "./chain.ts";
import { everythingEnds } from "./ends.ts";
import { noPromptLost } from "./lost.ts";
import { metadataOnly } from "./metadata.ts";
import { once } from "./once.ts";
import { recordedBeforeTyped } from "./recorded.ts";
import { rightPrompt } from "./right.ts";

/** The file's name stands for every place on the disk; the person's word for everything they type. */
const content = [contentMark, "hunter2", "trace.db"];

export function allCheckers(): Checker[] {
  return [
    recordedBeforeTyped(),
    once(),
    rightPrompt(),
    noPromptLost(),
    chainUnbroken(),
    nothingLostNothingTwice(),
    tenantsApart(),
    metadataOnly(content),
    bounded(),
    everythingEnds(),
  ];
}
