import type { components } from "../api/generated/population";

type Schemas = components["schemas"];
export type Entry = Schemas["EntryView"];
export type Category = Schemas["ListBody"]["category"];
export type VisitPurpose = Schemas["population__api__register__DisclosureBody"]["purpose"];

/** The articles that can carry each category; the list is closed, and the service checks it. */
export const STATUTES = {
  community_correction: ["community-correction-law-17", "community-correction-law-27"],
  resettlement_help: ["prison-law-37"],
  community_drug_treatment: ["narcotics-control-law-33"],
  community_drug_recovery: ["narcotics-control-law-48"],
  domestic_violence_order: [
    "anti-domestic-violence-law-16",
    "anti-domestic-violence-law-17",
    "anti-domestic-violence-law-32",
  ],
} as const satisfies Record<Category, readonly string[]>;

export const CATEGORIES = Object.keys(STATUTES) as Category[];

const SOON_DAYS = 30;

/** How an entry stands on a day: what its officer has to see first. */
export type Standing = "review_late" | "ends_soon" | "active";

export function standingOf(
  entry: Pick<Entry, "ends_on" | "review_due_on">,
  today: string,
): Standing {
  if (entry.review_due_on < today) return "review_late";
  return daysBetween(today, entry.ends_on) <= SOON_DAYS ? "ends_soon" : "active";
}

/** The order of the register: a review that is late, an end that is near, then the next review. */
export function inOrder(entries: readonly Entry[], today: string): Entry[] {
  const rank = { review_late: 0, ends_soon: 1, active: 2 };
  return [...entries].sort(
    (a, b) =>
      rank[standingOf(a, today)] - rank[standingOf(b, today)] ||
      a.review_due_on.localeCompare(b.review_due_on),
  );
}

function daysBetween(first: string, last: string): number {
  return Math.round((Date.parse(last) - Date.parse(first)) / 86_400_000);
}

/** By how much the clocks of this machine and of the services may differ, in milliseconds. */
const CLOCKS_APART = 120_000;

/**
 * Whether a notice that was found when the desk was loaded may be newer than the list of entries.
 * @param newest when the newest notice of an entry was raised, by the services' clock; 0 for none.
 * @param read when the list was read, by this machine's clock; 0 while it is on its way.
 */
export function tellsOfMore(newest: number, read: number, now: number): boolean {
  return newest > (read === 0 ? now : read) - CLOCKS_APART;
}
