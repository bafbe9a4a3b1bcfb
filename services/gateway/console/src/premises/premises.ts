import { useQuery } from "@tanstack/react-query";
import { rentals } from "../api/client";
import type { components } from "../api/generated/rentals";
import { answered } from "../api/problems";
import { languageNow } from "../i18n/language";

export type PremisesFile = components["schemas"]["PremisesFile"];
export type Premises = components["schemas"]["PremisesDetail"];
export type PremisesKind = components["schemas"]["PremisesKind"];
export type Tenancy = components["schemas"]["TenancyFile"];
type PremisesPage = components["schemas"]["PremisesPage"];

export const KINDS = ["flat", "house", "shared_flat", "hostel", "shop"] as const;
export const ROOMS_MAX = 200;
export const LISTED = ["premises-list"];
export const LISTED_MAX = 1_000;

/** What one premises page shows goes by this key; a change of any part of it makes it stale. */
export const premisesKey = (id: string) => ["premises", id];

/** The premises in the caller's sight below a place, newest first. */
export function usePremisesList(area: string) {
  return useQuery({
    queryKey: [...LISTED, area],
    staleTime: 60_000,
    queryFn: () => listed(area),
  });
}

async function listed(area: string): Promise<{ items: PremisesFile[]; more: boolean }> {
  const items: PremisesFile[] = [];
  let cursor: string | null = null;
  do {
    const query = { limit: 200, ...(area && { area }), ...(cursor && { cursor }) };
    const page: PremisesPage = await answered(
      rentals.GET("/api/v1/rentals/premises", { params: { query } }),
    );
    items.push(...page.items);
    cursor = page.next;
  } while (cursor !== null && items.length < LISTED_MAX);
  return { items, more: cursor !== null };
}

export function usePremises(id: string) {
  return useQuery({
    queryKey: [...premisesKey(id), languageNow()],
    queryFn: () =>
      answered(
        rentals.GET("/api/v1/rentals/premises/{premises_id}", {
          params: { path: { premises_id: id } },
        }),
      ),
  });
}
