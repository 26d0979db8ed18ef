/** Lets others see what passes between a session and its tool, without the session's knowing. */
import type { OnStroke } from "../inject/inject.ts";
import type { Detection } from "../prompt/detected.ts";
import type { WaitEvidence } from "../prompt/evidence.ts";
import type { KernelEvidence, LookAtKernel } from "../pty/kernel-wait.ts";
import type { Pty, PtySize, Termios } from "../pty/pty.ts";
import type { Screen } from "../screen/screen.ts";
import type { Snapshot } from "../screen/snapshot.ts";
import type { SessionParts } from "./parts.ts";

/** Called as it happens, on the session's own stack: must be quick and may not throw. */
export type Tap = {
  output?(bytes: Uint8Array): void;
  typed?: OnStroke;
  resized?(size: PtySize): void;
  /** At each look that the session takes. */
  looked?(termios: Termios | null, kernel: KernelEvidence | null): void;
  detected?(detection: Detection): void;
};

export type Tapped = {
  parts: SessionParts;
  /** The screen and what is known besides, now; null before the tool has started. */
  sight(): { snapshot: Snapshot; evidence: WaitEvidence } | null;
  /** The terminal's mode now; null before the tool has started, or where nobody can tell. */
  termios(): Termios | null;
};

export function tapped(parts: SessionParts, tap: Tap = {}): Tapped {
  let screen: Screen | null = null;
  let pty: Pty | null = null;
  let look: LookAtKernel = () => null;
  let lastOutputMs = parts.clock.monotonicMs();
  let lastEvidence: WaitEvidence | null = null;
  const watched: SessionParts = {
    ...parts,
    onStroke: (writer, bytes) => {
      parts.onStroke?.(writer, bytes);
      tap.typed?.(writer, bytes);
    },
    openScreen: (options) => {
      screen = watchedScreen(parts.openScreen(options), tap);
      return screen;
    },
    startPty: async (command, listener) => {
      pty = await parts.startPty(command, {
        ...listener,
        data: (bytes) => {
          lastOutputMs = parts.clock.monotonicMs();
          tap.output?.(bytes);
          listener.data(bytes);
        },
      });
      return pty;
    },
    kernel: (of) => {
      look = parts.kernel(of);
      return look;
    },
    detect: (snapshot, evidence) => {
      const detection = parts.detect(snapshot, evidence);
      lastEvidence = evidence;
      tap.looked?.(evidence.termios, evidence.kernel);
      tap.detected?.(detection);
      return detection;
    },
  };
  return {
    parts: watched,
    sight() {
      if (screen === null || pty === null) return null;
      const quietMs = parts.clock.monotonicMs() - lastOutputMs;
      const evidence = { ...lastEvidence, kernel: look(quietMs), termios: pty.termios(), quietMs };
      return { snapshot: screen.snapshot(), evidence };
    },
    termios: () => pty?.termios() ?? null,
  };
}

function watchedScreen(screen: Screen, tap: Tap): Screen {
  if (tap.resized === undefined) return screen;
  return {
    ...screen,
    resize(size) {
      tap.resized?.(size);
      screen.resize(size);
    },
  };
}
