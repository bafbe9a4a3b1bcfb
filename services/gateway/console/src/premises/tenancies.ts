import type { components } from "../api/generated/rentals";

type Tenancy = components["schemas"]["TenancyFile"];

/** What a tenancy takes up: a room, or the whole premises, on its days. */
export type Span = Pick<Tenancy, "room" | "first_day" | "last_day">;

/** The tenancies that another one cannot stand beside; whole premises count as every room. */
export function inTheWay<Known extends Span>(known: readonly Known[], wanted: Span): Known[] {
  return known.filter(
    (each) =>
      (each.room === null || wanted.room === null || each.room === wanted.room) &&
      (each.last_day === null || wanted.first_day <= each.last_day) &&
      (wanted.last_day === null || each.first_day <= wanted.last_day),
  );
}

/** The tenancies that last until a day or longer, and those that are over before it. */
export function onDay<Known extends Span>(
  known: readonly Known[],
  day: string,
): { current: Known[]; past: Known[] } {
  const over = ({ last_day }: Known) => last_day !== null && last_day < day;
  return { current: known.filter((each) => !over(each)), past: known.filter(over) };
}

/** The day that a tenancy most likely ends on: today, within what was agreed. */
export function likelyEnd({ first_day, last_day }: Span, today: string): string {
  if (today < first_day) return first_day;
  return last_day !== null && last_day < today ? last_day : today;
}

/** Where a tenancy stands on a page that lists it. */
export const anchorOf = (tenancyId: string) => `tenancy-${tenancyId}`;
