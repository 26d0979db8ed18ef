/** What each fault does to a simulated world, and how it passes. */
import type { Service, Weather } from "./service.ts";
import type { Machine } from "./machine.ts";
import { type FaultPlan, hourMs } from "./plan.ts";
import type { Time } from "./time.ts";

const setRightMsMax = 6 * hourMs;

type Target = { weather: Weather; service: Service; time: Time; machine: Machine };

export function strike({ kind, ms }: FaultPlan, { machine, weather, service, time }: Target): void {
  const passing = (begin: () => void, end: () => void): void => {
    begin();
    time.after(ms, end);
  };
  switch (kind) {
    case "kill session":
      return machine.killSession();
    case "kill uploader":
      return machine.killUploader();
    case "power cut":
      return machine.powerCut();
    case "die before commit":
      machine.disk.fatal = "lost";
      return;
    case "die after commit":
      machine.disk.fatal = "kept";
      return;
    case "disk full":
      return passing(...flag(machine.disk, "isFull"));
    case "disk busy":
      return passing(...flag(machine.disk, "isBusy"));
    case "clock jump":
      machine.wallOffsetMs += ms;
      // Somebody sets it right, some time.
      time.after(Math.min(Math.abs(ms), setRightMsMax) + 60_000, () => {
        machine.wallOffsetMs = 0;
      });
      return;
    case "cloud down":
      return passing(...flag(weather, "isDown"));
    case "cloud slow":
      return passing(...flag(weather, "isSlow"));
    case "cloud 429":
    case "cloud 500": {
      const status = kind === "cloud 429" ? 429 : 500;
      return passing(
        () => {
          weather.refuses = status;
        },
        () => {
          weather.refuses = null;
        },
      );
    }
    case "cloud dies before commit":
      service.fatal = "lost";
      return;
    case "cloud dies after commit":
      service.fatal = "kept";
      return;
    case "request twice":
      weather.mishaps.push("twice");
      return;
    case "request truncated":
      weather.mishaps.push("truncated");
      return;
    case "reply truncated":
    case "reply lost":
      weather.mishaps.push(kind);
  }
}

function flag<Name extends string>(
  of: Record<Name, boolean>,
  name: Name,
): [begin: () => void, end: () => void] {
  const set = (to: boolean) => (): void => {
    of[name] = to;
  };
  return [set(true), set(false)];
}
