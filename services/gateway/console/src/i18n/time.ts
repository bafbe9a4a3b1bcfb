import { useSyncExternalStore } from "react";
import type { Language } from "./language";

const ZONE = "Asia/Shanghai"; // the district's civil time, whatever the computer is set to

let now = Date.now();
let ticking = 0;
const listeners = new Set<() => void>();

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  if (listeners.size === 1) {
    now = Date.now();
    ticking = window.setInterval(() => {
      now = Date.now();
      for (const each of listeners) each();
    }, 1_000);
  }
  return () => {
    listeners.delete(listener);
    if (listeners.size === 0) window.clearInterval(ticking);
  };
}

/** The moment, told every second by one clock for the whole page. */
export function useNow(): number {
  return useSyncExternalStore(subscribe, () => now);
}

// A format takes longer to make than to use, and a long list uses it for each row.
const MINUTE = { dateStyle: "short", timeStyle: "short", timeZone: ZONE } as const;
const MOMENTS: Record<Language, Intl.DateTimeFormat> = {
  "zh-CN": new Intl.DateTimeFormat("zh-CN", MINUTE),
  en: new Intl.DateTimeFormat("en-GB", MINUTE),
};
const CIVIL_MINUTE = new Intl.DateTimeFormat("sv-SE", MINUTE);
const CIVIL_DATE = new Intl.DateTimeFormat("sv-SE", { timeZone: ZONE });

export function moment(text: string, language: Language): string {
  return MOMENTS[language].format(new Date(text));
}

/** Today's civil date as YYYY-MM-DD. */
export function today(): string {
  return CIVIL_DATE.format(new Date());
}

/** A moment of civil time as `<input type="datetime-local">` has it: YYYY-MM-DDTHH:MM. */
export function civilMinute(ms: number): string {
  return CIVIL_MINUTE.format(new Date(ms)).replace(" ", "T");
}

/** The instant of a moment of civil time; the zone has had no summer time since 1991. */
export function instantOf(civil: string): string {
  return `${civil.length === 16 ? `${civil}:00` : civil}+08:00`;
}

/** A length of time as 3:05:09 or 5:09. */
export function clockText(ms: number): string {
  const seconds = Math.floor(Math.abs(ms) / 1_000);
  const parts = [Math.floor(seconds / 3_600), Math.floor(seconds / 60) % 60, seconds % 60];
  const [hours = 0, minutes = 0, rest = 0] = parts;
  const padded = (value: number) => String(value).padStart(2, "0");
  return hours > 0 ? `${hours}:${padded(minutes)}:${padded(rest)}` : `${minutes}:${padded(rest)}`;
}
