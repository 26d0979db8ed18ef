/** Canonical JSON against the vectors that RFC 8785 and its authors publish, and against itself. */
import { describe, expect, test } from "bun:test";
import * as fc from "fast-check";
import { canonicalJson } from "./canonical.ts";

/** RFC 8785 appendix B, table 1: the 64 bits of a number, and how it is written. */
const numbers: [bits: string, text: string][] = [
  ["0000000000000000", "0"],
  ["8000000000000000", "0"],
  ["0000000000000001", "5e-324"],
  ["8000000000000001", "-5e-324"],
  ["7fefffffffffffff", "1.7976931348623157e+308"],
  ["ffefffffffffffff", "-1.7976931348623157e+308"],
  ["4340000000000000", "9007199254740992"],
  ["c340000000000000", "-9007199254740992"],
  ["4430000000000000", "295147905179352830000"],
  ["44b52d02c7e14af5", "9.999999999999997e+22"],
  ["44b52d02c7e14af6", "1e+23"],
  ["44b52d02c7e14af7", "1.0000000000000001e+23"],
  ["444b1ae4d6e2ef4e", "999999999999999700000"],
  ["444b1ae4d6e2ef4f", "999999999999999900000"],
  ["444b1ae4d6e2ef50", "1e+21"],
  ["3eb0c6f7a0b5ed8c", "9.999999999999997e-7"],
  ["3eb0c6f7a0b5ed8d", "0.000001"],
  ["41b3de4355555553", "333333333.3333332"],
  ["41b3de4355555554", "333333333.33333325"],
  ["41b3de4355555555", "333333333.3333333"],
  ["41b3de4355555556", "333333333.3333334"],
  ["41b3de4355555557", "333333333.33333343"],
  ["becbf647612f3696", "-0.0000033333333333333333"],
  ["43143ff3c1cb0959", "1424953923781206.2"],
];

function numberFromBits(bits: string): number {
  const view = new DataView(new ArrayBuffer(8));
  view.setBigUint64(0, BigInt(`0x${bits}`));
  return view.getFloat64(0);
}

describe("RFC 8785 vectors", () => {
  for (const [bits, text] of numbers) {
    test(`appendix B: ${bits} is written ${text}`, () => {
      expect(canonicalJson(numberFromBits(bits))).toBe(text);
    });
  }

  test("appendix B: not a number and infinity are refused", () => {
    for (const bits of ["7fffffffffffffff", "7ff0000000000000", "fff0000000000000"]) {
      expect(() => canonicalJson(numberFromBits(bits))).toThrow();
      expect(() => canonicalJson({ a: [numberFromBits(bits)] })).toThrow();
    }
  });

  test("section 3.2.2: literals, numbers and escapes", () => {
    const input: unknown = JSON.parse(String.raw`{
      "numbers": [333333333.33333329, 1E30, 4.50, 2e-3, 0.000000000000000000000000001],
      "string": "\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/",
      "literals": [null, true, false]
    }`);
    expect(canonicalJson(input)).toBe(
      // Not String.raw: Bun's transpiler writes the euro sign there as an escape.
      '{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],' +
        '"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}',
    );
  });

  test("section 3.2.3: keys are sorted by UTF-16 code units, not by code points", () => {
    const input: Record<string, string> = {
      "\u20ac": "Euro Sign",
      "\r": "Carriage Return",
      "\ufb33": "Hebrew Letter Dalet With Dagesh",
      "1": "One",
      "\ud83d\ude00": "Emoji: Grinning Face",
      "\u0080": "Control",
      "\u00f6": "Latin Small Letter O With Diaeresis",
    };
    const order = [...canonicalJson(input).matchAll(/:"([^"]*)"/g)].map((found) => found[1]);
    expect(order).toEqual([
      "Carriage Return",
      "One",
      "Control",
      "Latin Small Letter O With Diaeresis",
      "Euro Sign",
      "Emoji: Grinning Face",
      "Hebrew Letter Dalet With Dagesh",
    ]);
  });

  test("the authors' samples: nested structures, an empty key, keys that look like numbers", () => {
    const input: unknown = JSON.parse(String.raw`{
      "1": {"f": {"f": "hi", "F": 5}, "\n": 56.0},
      "10": {}, "": "empty", "a": {}, "111": [{}], "A": {}
    }`);
    expect(canonicalJson(input)).toBe(
      String.raw`{"":"empty","1":{"\n":56,"f":{"F":5,"f":"hi"}},"10":{},"111":[{}],"A":{},"a":{}}`,
    );
  });

  test("every control character has its one spelling", () => {
    const short: Record<string, string> = { "\b": "b", "\t": "t", "\n": "n", "\f": "f", "\r": "r" };
    for (let code = 0; code < 0x20; code += 1) {
      const char = String.fromCharCode(code);
      const long = `u${code.toString(16).padStart(4, "0")}`;
      expect(canonicalJson(char)).toBe(`"\\${short[char] ?? long}"`);
    }
    expect(canonicalJson("\u007f\u2028/")).toBe(`"\u007f\u2028/"`);
  });
});

describe("what JSON cannot say", () => {
  test("undefined, functions and lone surrogates are refused rather than guessed at", () => {
    expect(() => canonicalJson(undefined)).toThrow("nothing to canonicalise");
    expect(() => canonicalJson(() => 1)).toThrow();
    expect(() => canonicalJson("\ud83d")).toThrow();
    expect(() => canonicalJson({ "\ude00": 1 })).toThrow();
  });
});

describe("properties", () => {
  const json = fc.jsonValue({ maxDepth: 4 });

  test("reading the text gives the value back, and writing that gives the text", () => {
    fc.assert(
      fc.property(json, (value) => {
        const text = canonicalJson(value);
        expect(canonicalJson(JSON.parse(text))).toBe(text);
      }),
    );
  });

  test("the order in which keys were added does not matter", () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string({ unit: "grapheme" }), json), (value) => {
        const reversed = Object.fromEntries(Object.entries(value).reverse());
        expect(canonicalJson(reversed)).toBe(canonicalJson(value));
      }),
    );
  });
});
