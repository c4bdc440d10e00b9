// Numbers as people read them. A missing number is a dash.

const dash = "–";
type Maybe = number | null | undefined;

/** A share (0..1) in percent. Only nothing is 0 % and only everything is 100 %. */
export function percent(share: Maybe): string {
  if (share == null || !Number.isFinite(share)) return dash;
  const value = share * 100;
  if (value >= 100 || value <= 0) return `${value.toFixed(0)} %`;
  if (value > 99.9) return "> 99.9 %";
  if (value < 0.1) return "< 0.1 %";
  return `${value.toFixed(value < 10 || value > 95 ? 1 : 0)} %`;
}

/** Milliseconds with three digits that count, in seconds from a thousand on. */
export function milliseconds(value: Maybe): string {
  if (value == null) return dash;
  if (value >= 999.5) return `${digits(value / 1000)} s`;
  return `${digits(value)} ms`;
}

/** A rate per second. */
export function perSecond(value: Maybe): string {
  return value == null ? dash : `${digits(value)}/s`;
}

/** A whole number with thin spaces between thousands. */
export function count(value: Maybe): string {
  if (value == null) return dash;
  return Math.round(value)
    .toString()
    .replace(/\B(?=(\d{3})+$)/g, "\u202f");
}

/** Bytes in powers of 1024. */
export function bytes(value: Maybe): string {
  if (value == null) return dash;
  const units = ["B", "KiB", "MiB", "GiB", "TiB"];
  let unit = 0;
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit++;
  }
  return `${unit === 0 ? value.toFixed(0) : digits(value)} ${units[unit]}`;
}

/** A span of seconds in its two largest units. */
export function span(seconds: number): string {
  const parts: [number, string][] = [
    [Math.floor(seconds / 86400), "d"],
    [Math.floor(seconds / 3600) % 24, "h"],
    [Math.floor(seconds / 60) % 60, "min"],
    [Math.floor(seconds) % 60, "s"],
  ];
  const first = parts.findIndex(([value]) => value > 0);
  if (first < 0) return "0 s";
  return parts
    .slice(first, first + 2)
    .filter(([value]) => value > 0)
    .map(([value, unit]) => `${value} ${unit}`)
    .join(" ");
}

/** How long ago a time relative to now was. */
export function ago(seconds: number): string {
  const past = Math.max(0, -seconds);
  if (past < 0.95) return "now";
  return past < 9.95 ? `${past.toFixed(1)} s ago` : `${span(past)} ago`;
}

/** A moment (ISO 8601) as the clock on the wall shows it, with the date unless it is of `today`. */
export function moment(iso: string | null | undefined, today = new Date()): string {
  const time = new Date(iso ?? "");
  if (Number.isNaN(time.getTime())) return dash;
  const two = (value: number) => String(value).padStart(2, "0");
  const clock = [time.getHours(), time.getMinutes(), time.getSeconds()].map(two).join(":");
  if (time.toDateString() === today.toDateString()) return clock;
  return `${time.getFullYear()}-${two(time.getMonth() + 1)}-${two(time.getDate())} ${clock}`;
}

/** "on_time" as "on time". */
export function words(code: string): string {
  return code.replaceAll("_", " ");
}

function digits(value: number): string {
  if (value >= 99.95 || value === 0) return value.toFixed(0);
  return value.toFixed(value >= 9.995 ? 1 : 2).replace(/(\.\d*?)0+$/, "$1").replace(/\.$/, "");
}
