import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef } from "react";
import { population } from "../api/client";
import type { components } from "../api/generated/population";
import { ON_RECORD } from "../api/onrecord";
import { allPages } from "../api/pages";
import { answered } from "../api/problems";
import { useDesk } from "../desk/store";
import { type Entry, tellsOfMore } from "./entries";

type Hint = components["schemas"]["EntryHint"];

/** A committee's hint of an entry says nothing; the roles of these pages get whole entries. */
function whole(view: Entry | Hint): view is Entry {
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

const CHANGE_ENTRIES = new Set(["supervision_entry", "residence_change_case"]);

/** Reads the list again when the desk hears of an entry or its case, and for no other notice. */
function useHeard(): void {
  const { notices, loaded } = useDesk();
  const about = [...notices.rows.values()].filter((n) => CHANGE_ENTRIES.has(n.subject_kind));
  const newest = about.reduce((latest, n) => Math.max(latest, Date.parse(n.raised_at)), 0);
  const heard = loaded ? about.map(({ id }) => id).join() : null;
  const before = useRef<string | null>(null);
  const queries = useQueryClient();
  useEffect(() => {
    if (heard === null || before.current === heard) return;
    const read = queries.getQueryState(ENTRIES)?.dataUpdatedAt ?? 0;
    const known = before.current === null && !tellsOfMore(newest, read, Date.now());
    before.current = heard;
    if (!known) void queries.invalidateQueries({ queryKey: ENTRIES });
  }, [heard, newest, queries]);
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
