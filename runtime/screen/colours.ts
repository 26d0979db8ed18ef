/** The colours that a program is told when it asks a terminal that shows none: xterm's, on black. */

export type Colour = readonly [red: number, green: number, blue: number];

/** By number of the operating system command: text, background, cursor. */
export const specialColours: ReadonlyMap<number, Colour> = new Map([
  [10, [0xff, 0xff, 0xff]],
  [11, [0x00, 0x00, 0x00]],
  [12, [0xff, 0xff, 0xff]],
]);

const named: readonly Colour[] = [
  [0x00, 0x00, 0x00],
  [0xcd, 0x00, 0x00],
  [0x00, 0xcd, 0x00],
  [0xcd, 0xcd, 0x00],
  [0x00, 0x00, 0xee],
  [0xcd, 0x00, 0xcd],
  [0x00, 0xcd, 0xcd],
  [0xe5, 0xe5, 0xe5],
  [0x7f, 0x7f, 0x7f],
  [0xff, 0x00, 0x00],
  [0x00, 0xff, 0x00],
  [0xff, 0xff, 0x00],
  [0x5c, 0x5c, 0xff],
  [0xff, 0x00, 0xff],
  [0x00, 0xff, 0xff],
  [0xff, 0xff, 0xff],
];

/** xterm's 256 colours: 16 named, a cube of 6×6×6, 24 greys. Null outside. */
export function xtermPalette(index: number): Colour | null {
  if (!Number.isInteger(index) || index < 0 || index > 255) return null;
  if (index < 16) return named[index] ?? null;
  if (index >= 232) {
    const grey = 8 + (index - 232) * 10;
    return [grey, grey, grey];
  }
  const level = (step: number) => (step === 0 ? 0 : 55 + step * 40);
  const cube = index - 16;
  return [level(Math.floor(cube / 36)), level(Math.floor(cube / 6) % 6), level(cube % 6)];
}

/** As X11 writes it with 16 bits for each part. */
export function colourReport(colour: Colour): string {
  const part = (value: number) => value.toString(16).padStart(2, "0").repeat(2);
  return `rgb:${colour.map(part).join("/")}`;
}
