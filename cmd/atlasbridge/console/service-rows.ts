/** The console's panel of what runs beside the sessions: daemon, dashboard and uploader. Pure. */
import { selectedItem } from "./items.ts";
import { lastedText, oneLine, padded, type Row, span, wrapped } from "./row.ts";
import { type ConsoleState, type Service, services, type ServicesView } from "./state.ts";

export type ServiceState = { word: string; detail: string; isWell: boolean };

/** In a word, and in a sentence. */
export function serviceState(state: ConsoleState, service: Service): ServiceState {
  const view = state.services;
  if (view === null) return well("…", "");
  switch (service) {
    case "daemon":
      return daemonState(view.daemon, state.now);
    case "dashboard":
      return dashboardState(view.dashboard);
    case "uploader":
      return uploaderState(view.daemon);
  }
}

const well = (word: string, detail: string): ServiceState => ({ word, detail, isWell: true });
const unwell = (word: string, detail: string): ServiceState => ({ word, detail, isWell: false });

function daemonState({ state, daemon }: ServicesView["daemon"], now: number): ServiceState {
  if (state === "silent") {
    return unwell(state, "its lock is held and it does not answer; end its process if it stays so");
  }
  if (daemon === null) {
    return well("stopped", "uploads, and records the end of sessions that died, while it runs");
  }
  const { pid, version, started_at: at } = daemon;
  return well("running", `process ${pid}, version ${version}, for ${lastedText(now - at)}`);
}

function dashboardState(served: ServicesView["dashboard"]): ServiceState {
  if (served === null) return well("stopped", "a page on this machine alone");
  const { host, port, pid } = served;
  const at = `${host.includes(":") ? `[${host}]` : host}:${port}`;
  return well("running", `process ${pid}, at ${at}`);
}

function uploaderState({ daemon }: ServicesView["daemon"]): ServiceState {
  if (daemon === null) return well("stopped", "runs within the daemon");
  const { state, detail, newest_seq: newest, acked_seq: acked } = daemon.upload;
  if (state === "off") return well(state, "this machine is enrolled nowhere");
  if (state === "stopped") return unwell(state, detail ?? "");
  const how = newest === null || acked === null ? "" : `${acked} of ${newest} entries are there`;
  return well(state, how);
}

export function serviceRows(state: ConsoleState, columns: number): Row[] {
  const chosen = selectedItem(state);
  const rows = services.flatMap((service): Row[] => {
    const isChosen = chosen?.key === service;
    const { word, detail, isWell } = serviceState(state, service);
    const name = `${isChosen ? "> " : "  "}${padded(service, 10)} `;
    const lines = wrapped(oneLine(detail), { columns: columns - 4, rowsMax: 3 });
    return [
      [span(name, isChosen ? "chosen" : "plain"), span(word, isWell ? "good" : "bad")],
      ...lines.map((line): Row => [span(`    ${line}`, "dim")]),
      [],
    ];
  });
  return [...rows, ...autopilotRows(state)];
}

function autopilotRows({ live }: ConsoleState): Row[] {
  if (live === null) return [];
  const { state, mode, fault } = live.autopilot;
  const said =
    fault ?? (state === "paused" ? "policy types nothing in any session" : `at most ${mode}`);
  return [
    [
      span(`  ${padded("autopilot", 10)} `),
      span(state, state === "paused" ? "warn" : "good"),
      span(`  ${oneLine(said)}; A changes it`, "dim"),
    ],
  ];
}
