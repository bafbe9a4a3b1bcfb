import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef } from "react";
import { population } from "../api/client";
import type { components } from "../api/generated/population";
import { ON_RECORD } from "../api/onrecord";
import { allPages } from "../api/pages";
import { answered } from "../api/problems";
import { useDesk } from "../desk/store";

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

/** A committee's hint of an entry says nothing; the roles of these pages get whole entries. */
function whole(view: Entry | Schemas["EntryHint"]): view is Entry {
  return "category" in view;
}

const ENTRIES = ["entries"];

export const entryKey = (id: string) => ["entry", id];

/** The entries that the own office may know of; each reading of the list is on record. */
export function useEntries() {
  useHeard();
  return useQuery({
    ...ON_RECORD,
    queryKey: ENTRIES,
    queryFn: async () => {
      const items = await allPages((query) =>
        answered(population.GET("/api/v1/population/supervision-entries", { params: { query } })),
      );
      return items.filter(whole);
    },
  });
}

/** Reads the list again when the desk hears of an entry, and not for any other notice. */
function useHeard(): void {
  const { notices, loaded } = useDesk();
  const about = [...notices.rows.values()].filter((n) => n.subject_kind === "supervision_entry");
  const heard = loaded ? about.map(({ id }) => id).join() : null;
  const before = useRef<string | null>(null);
  const queries = useQueryClient();
  useEffect(() => {
    if (before.current !== null && before.current !== heard) {
      void queries.invalidateQueries({ queryKey: ENTRIES });
    }
    before.current = heard;
  }, [heard, queries]);
}

/**
 * One entry, or null where the own office may not know of it (any more).
 * @param version of what the entry is read for: another one is a reason to read it again.
 */
export function useEntry(id: string | null, version = 0) {
  return useQuery({
    ...ON_RECORD,
    enabled: id !== null,
    queryKey: [...entryKey(id ?? ""), version],
    queryFn: async () => {
      const view = await answered(
        population.GET("/api/v1/population/supervision-entries/{entry_id}", {
          params: { path: { entry_id: id ?? "" } },
        }),
      );
      return whole(view) ? view : null;
    },
  });
}
