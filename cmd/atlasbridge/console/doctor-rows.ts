/** The console's panel of what the doctor found, what is not well first. Pure. */
import type { Finding } from "../../../contracts/doctor.ts";
import { oneLine, padded, type Row, span, wrapped } from "./row.ts";
import type { ConsoleState } from "./state.ts";

const order = ["failed", "warning", "ok"] as const;
const looks = { failed: "bad", warning: "warn", ok: "good" } as const;

export function doctorRows(
  { doctor, scroll }: ConsoleState,
  { columns, height }: { columns: number; height: number },
): Row[] {
  const rows = allRows(doctor, columns);
  const from = Math.min(scroll, Math.max(0, rows.length - height));
  return rows.slice(from, from + height);
}

function allRows(doctor: ConsoleState["doctor"], columns: number): Row[] {
  switch (doctor.is) {
    case "unasked":
      return [[span("  r asks the doctor", "dim")]];
    case "asking":
      return [[span("  the doctor looks at this machine …", "dim")]];
    case "failed":
      return [[span("  the doctor could not look: ", "bad"), span(oneLine(doctor.why))]];
    case "told": {
      const { findings } = doctor.view;
      const count = (status: Finding["status"]): number =>
        findings.filter((one) => one.status === status).length;
      const total = `  ${count("failed")} failed, ${count("warning")} warnings, ${count("ok")} ok; r looks again`;
      const sorted = findings.toSorted((a, b) => order.indexOf(a.status) - order.indexOf(b.status));
      return [[span(total, "bold")], ...sorted.flatMap((one) => findingRows(one, columns))];
    }
  }
}

function findingRows({ status, name, detail, fix }: Finding, columns: number): Row[] {
  const word = status === "failed" ? "FAILED" : status;
  const before = `  ${padded(word, 8)}`;
  const lines = wrapped(`${oneLine(name)}: ${oneLine(detail)}`, {
    columns: columns - before.length,
    rowsMax: status === "ok" ? 1 : 4,
  });
  return [
    ...lines.map((line, at): Row => {
      return [span(at === 0 ? before : " ".repeat(before.length), looks[status]), span(line)];
    }),
    ...(fix === null ? [] : [[span(`${" ".repeat(before.length)}$ ${oneLine(fix)}`, "bold")]]),
  ];
}
