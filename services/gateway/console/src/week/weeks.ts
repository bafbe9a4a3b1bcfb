import type { components } from "../api/generated/notifications";
import type { Office } from "../places/offices";

export type OfficeWeek = components["schemas"]["OfficeWeekBody"];
export type WeekNotice = components["schemas"]["WeekNoticeBody"];

/** The figures in the order of their columns; the six in the middle add up to the first. */
export const FIGURES = [
  "raised",
  "acknowledged_in_time",
  "acknowledged_late",
  "settled",
  "waiting",
  "escalated",
  "overdue",
  "arrivals_missed",
] as const;

export type Figure = (typeof FIGURES)[number];
export type Figures = Record<Figure, number>;

/** What somebody has to do something about. */
export const PRESSING: ReadonlySet<Figure> = new Set(["escalated", "overdue", "arrivals_missed"]);

const DAY_MS = 86_400_000;

/** A civil day so many days later, both as YYYY-MM-DD. */
export function daysAfter(day: string, days: number): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + days * DAY_MS).toISOString().slice(0, 10);
}

/** The Monday of the week that a civil day lies in. */
export function mondayOf(day: string): string {
  return daysAfter(day, -((new Date(`${day}T00:00:00Z`).getUTCDay() + 6) % 7));
}

/** What the page shows; its address says it, so that it can be kept and sent. */
export interface Shown {
  monday: string;
  /** The figure whose notices are listed, and of which office; null for none and for all. */
  figure: Figure | null;
  office: string | null;
}

export function shownOf(query: URLSearchParams, today: string): Shown {
  const from = query.get("from") ?? "";
  const known = /^2\d{3}-\d{2}-\d{2}$/.test(from) && !Number.isNaN(Date.parse(from));
  const figure = FIGURES.find((each) => each === query.get("figure")) ?? null;
  return {
    monday: mondayOf(known ? from : today),
    figure,
    office: figure === null ? null : query.get("office"),
  };
}

/** The address of what is shown; without a week it is always the present one. */
export function addressOf({ monday, figure, office }: Shown, today: string): string {
  const query = new URLSearchParams({
    ...(monday !== mondayOf(today) && { from: monday }),
    ...(figure !== null && { figure }),
    ...(office !== null && { office }),
  });
  return `/week?${query}`;
}

/** The figures of all offices together. */
export function totalOf(offices: readonly Figures[]): Figures {
  const sum = (figure: Figure) => offices.reduce((total, each) => total + each[figure], 0);
  return Object.fromEntries(FIGURES.map((figure) => [figure, sum(figure)])) as Figures;
}

const KINDS = ["bureau", "station", "room"];

/** Offices from the top down, by name: a list that says nothing of who does better. */
export function inOrder(
  rows: readonly OfficeWeek[],
  offices: readonly Office[] | undefined,
): OfficeWeek[] {
  const known = new Map(offices?.map((office) => [office.office_id, office]));
  const place = (row: OfficeWeek) => KINDS.indexOf(known.get(row.office_id)?.kind ?? "");
  const name = (row: OfficeWeek) => known.get(row.office_id)?.name_zh ?? "";
  return [...rows].sort(
    (a, b) => place(a) - place(b) || name(a).localeCompare(name(b), "zh-CN", { numeric: true }),
  );
}
