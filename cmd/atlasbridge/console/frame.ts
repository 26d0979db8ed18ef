/** The console's whole screen as rows: health above, the panel, what was last said, and the keys that do something. Pure. */
import { choicesFor } from "../../../contracts/choices.ts";
import { doctorRows } from "./doctor-rows.ts";
import { helpRows } from "./help-rows.ts";
import { selectedItem } from "./items.ts";
import { nowRows, type Room } from "./now-rows.ts";
import { mayType } from "./pressed.ts";
import { fitted, oneLine, type Row, span, spread } from "./row.ts";
import { serviceRows, serviceState } from "./service-rows.ts";
import { type ConsoleState, panels } from "./state.ts";
import { entryRows } from "./trace-rows.ts";

export type Terminal = { columns: number; rows: number; isAscii: boolean };

/** Of the screen's rows those that are not the panel's. */
const around = 5;

/** Exactly as many rows as there are, none wider than there is room. */
export function frame(state: ConsoleState, { columns, rows, isAscii }: Terminal): Row[] {
  // On a screen of a few rows the panel is all.
  const height = rows > around ? rows - around : rows;
  const body = bodyRows(state, { columns, height }).slice(0, height);
  while (body.length < height) body.push([]);
  const all = [
    titleRow(columns),
    healthRow(state),
    tabRow(state, columns),
    ...body,
    saidRow(state),
    keysRow(state),
  ];
  const shown = rows > around ? all : body;
  return shown.map((row) => fitted(row, columns, isAscii));
}

function bodyRows(state: ConsoleState, room: Room): Row[] {
  if (state.mode.is === "help") return helpRows(state.mode.from, room);
  switch (state.panel) {
    case "now":
      return nowRows(state, room);
    case "services":
      return serviceRows(state, room.columns);
    case "trace":
      return entryRows(state, room);
    case "doctor":
      return doctorRows(state, room);
  }
}

function titleRow(columns: number): Row {
  const left = [
    span("AtlasBridge ", "bold"),
    span("operator console: local execution only", "bold"),
  ];
  return spread(left, [span("? help  q quit", "dim")], columns);
}

function healthRow(state: ConsoleState): Row {
  const { live } = state;
  if (live === null) return [span("looking at this machine …", "dim")];
  const waits = live.waiting.length;
  const { autopilot } = live;
  const fault = live.trace_fault;
  return [
    span(`${waits} wait`, waits > 0 ? "warn" : "plain"),
    span(` · ${live.sessions.length} run`),
    ...(fault === null ? [] : [span(` · trace: ${oneLine(fault)}`, "bad")]),
    span(" · autopilot "),
    span(
      autopilot.state === "paused" ? "PAUSED" : autopilot.mode,
      autopilot.state === "paused" ? "warn" : "plain",
    ),
    ...(["daemon", "dashboard", "uploader"] as const).flatMap((service) => {
      const { word, isWell } = serviceState(state, service);
      const short = { running: "on", stopped: "off" }[word] ?? word;
      return [span(` · ${service} `), span(short, isWell ? "plain" : "bad")];
    }),
  ];
}

const titles = { now: "Now", services: "Services", trace: "Trace", doctor: "Doctor" } as const;

function tabRow({ panel, filter, mode }: ConsoleState, columns: number): Row {
  const tabs = panels.flatMap((one) => [
    one === panel ? span(`[${titles[one]}]`, "chosen") : span(` ${titles[one]} `, "dim"),
    span(" "),
  ]);
  const isFiltering = mode.is === "filtering";
  if (!isFiltering && filter === "") {
    return spread(tabs, [span("Tab next  / filter", "dim")], columns);
  }
  const words = span(`filter /${filter}${isFiltering ? "_" : ""}`, "warn");
  return spread(tabs, [words], columns);
}

function saidRow({ said, mode, live }: ConsoleState): Row {
  if (mode.is === "stopping") {
    const session = live?.sessions.find(({ session_id: id }) => id === mode.id);
    const name = session === undefined ? mode.id.slice(-8) : (session.label ?? session.tool);
    const ask = `stop ${oneLine(name)}? x ends it and its tool, any other key does not`;
    return [span(ask, "warn")];
  }
  if (said === null) return [];
  const mark = said.tone === "bad" ? "! " : "";
  return [span(`${mark}${oneLine(said.text)}`, said.tone)];
}

function keysRow(state: ConsoleState): Row {
  switch (state.mode.is) {
    case "filtering":
      return keys("Enter keeps the filter · Esc takes it back");
    case "typing":
      return keys("Enter sends it · Esc does not");
    case "stopping":
      return [];
    case "help":
      return keys("↑↓ scroll · any other key goes back");
    case "browsing":
      return panelKeys(state);
  }
}

function panelKeys(state: ConsoleState): Row {
  if (state.panel === "trace") return keys("↑↓ PgUp PgDn scroll · End newest · Tab next");
  if (state.panel === "doctor") return keys("↑↓ scroll · r look again · Tab next");
  const steer = "a attach · p pause · r resume · x stop";
  const item = selectedItem(state);
  switch (item?.is) {
    case undefined:
      return keys("Tab next · / filter · ? help · q quit");
    case "service": {
      const link = item.service === "dashboard" ? " · o link" : "";
      return keys(`↑↓ choose · s start · x stop · r restart${link} · A autopilot`);
    }
    case "prompt": {
      const typed = mayType(item.prompt) ? ["t"] : [];
      const answers = [...choicesFor(item.prompt).flatMap(({ key }) => key ?? []), ...typed];
      const own = answers.length === 0 ? "" : `${answers.join(" ")} answer · `;
      return keys(`${own}↑↓ choose · ${steer}`);
    }
    case "session":
      return keys(`↑↓ choose · ${steer} · f freeze`);
  }
}

const keys = (text: string): Row => [span(text, "dim")];
