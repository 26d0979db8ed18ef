/** Moments and durations in words. Pure, but for the zone and language of whoever reads. */

const thisYear = new Intl.DateTimeFormat(undefined, {
  month: "short",
  day: "numeric",
  hour: "2-digit",
  minute: "2-digit",
});
const anyYear = new Intl.DateTimeFormat(undefined, { dateStyle: "medium" });

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

export function relative(at: number, from: number): string {
  const ago = from - at;
  if (ago < 0) return ago > -5_000 ? "just now" : thisYear.format(at);
  if (ago < 5_000) return "just now";
  if (ago < minute) return `${Math.floor(ago / 1_000)} s ago`;
  if (ago < hour) return `${Math.floor(ago / minute)} min ago`;
  if (ago < day) return `${Math.floor(ago / hour)} h ago`;
  if (ago < 7 * day) return `${Math.floor(ago / day)} d ago`;
  const isThisYear = new Date(at).getFullYear() === new Date(from).getFullYear();
  return isThisYear ? thisYear.format(at) : anyYear.format(at);
}

/** `842 µs`, `3.2 ms`, `1.4 s`, `4 min 05 s`, `2 h 13 min`. `whole`: no fractions, for what is counted as it goes. */
export function duration(ms: number, whole = false): string {
  if (whole) return ms < minute ? `${Math.floor(ms / 1_000)} s` : long(Math.floor(ms / 1_000));
  if (ms < 1) return `${Math.round(ms * 1_000)} µs`;
  if (ms < 1_000) return `${ms < 10 ? ms.toFixed(1) : Math.round(ms)} ms`;
  return ms < 59_950 ? `${(ms / 1_000).toFixed(1)} s` : long(Math.round(ms / 1_000));
}

const two = (value: number): string => String(value).padStart(2, "0");

function long(seconds: number): string {
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min ${two(seconds % 60)} s`;
  const hours = Math.floor(minutes / 60);
  if (hours < 24) return `${hours} h ${two(minutes % 60)} min`;
  return `${Math.floor(hours / 24)} d ${hours % 24} h`;
}
