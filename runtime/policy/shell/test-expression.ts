/** Reads `[[ … ]]` as far as it means the same in every shell and evaluates nothing. */
import type { TestCommand, TestExpression } from "unbash";
import { refuse } from "./command.ts";
import { type Cursor, expectAt, looksAt, skipBlanks, take, takeReserved } from "./cursor.ts";
import { readWord } from "./word.ts";

const plainUnary = /^-[a-hknoprstuwxzGLNOS]$/;
const plainBinary = new Set(["==", "=", "!=", "-nt", "-ot", "-ef"]);

export function takeTest(cursor: Cursor, { expression }: TestCommand): void {
  takeReserved(cursor, "[[");
  takeExpression(cursor, expression);
  skipBlanks(cursor);
  takeReserved(cursor, "]]");
}

function takeExpression(cursor: Cursor, node: TestExpression): void {
  skipBlanks(cursor);
  expectAt(cursor, node.pos);
  switch (node.type) {
    case "TestUnary":
      // A bare word would be a program for shells that do not know these brackets.
      if (!plainUnary.test(node.operator) || !looksAt(cursor, node.operator)) return unusual();
      takeReserved(cursor, node.operator);
      skipBlanks(cursor);
      readWord(cursor, node.operand);
      return;
    case "TestBinary":
      if (!plainBinary.has(node.operator)) return unusual();
      if (!/^["$]/.test(cursor.text.slice(cursor.at))) return unusual();
      readWord(cursor, node.left);
      skipBlanks(cursor);
      takeReserved(cursor, node.operator);
      skipBlanks(cursor);
      readWord(cursor, node.right);
      return;
    case "TestLogical":
      for (const [index, operand] of node.operands.entries()) {
        skipBlanks(cursor);
        if (index > 0) take(cursor, node.operator);
        takeExpression(cursor, operand);
      }
      return;
    case "TestNot":
      for (const negation of node.negations) {
        skipBlanks(cursor);
        expectAt(cursor, negation.pos);
        takeReserved(cursor, "!");
      }
      takeExpression(cursor, node.operand);
      return;
    case "TestGroup":
      return unusual();
  }
}

function unusual(): never {
  refuse("a test that shells read differently, or that may evaluate its words");
}
