import { useQuery } from "@tanstack/react-query";
import { rentals } from "../api/client";
import type { components } from "../api/generated/rentals";
import { pagesUpTo } from "../api/pages";
import { answered } from "../api/problems";
import { languageNow } from "../i18n/language";

export type PremisesFile = components["schemas"]["PremisesFile"];
export type Premises = components["schemas"]["PremisesDetail"];
export type PremisesKind = components["schemas"]["PremisesKind"];
export type Tenancy = components["schemas"]["TenancyFile"];

export const KINDS = ["flat", "house", "shared_flat", "hostel", "shop"] as const;
export const ROOMS_MAX = 200;
export const LISTED = ["premises-list"];
export const LISTED_MAX = 1_000;

/** What one premises page shows goes by this key; a change of any part of it makes it stale. */
export const premisesKey = (id: string) => ["premises", id];

/** The premises in the caller's sight below a place, newest first. */
export function usePremisesList(area: string) {
  return useQuery({
    queryKey: [...LISTED, area, languageNow()],
    staleTime: 60_000,
    queryFn: () =>
      pagesUpTo(LISTED_MAX, (page) =>
        answered(
          rentals.GET("/api/v1/rentals/premises", {
            params: { query: { ...page, ...(area && { area }) } },
          }),
        ),
      ),
  });
}

/** One premises; `lookAgain` in milliseconds is for who is told of no change by the live view. */
export function usePremises(id: string, lookAgain: number | false = false) {
  return useQuery({
    queryKey: [...premisesKey(id), languageNow()],
    refetchInterval: lookAgain,
    queryFn: () =>
      answered(
        rentals.GET("/api/v1/rentals/premises/{premises_id}", {
          params: { path: { premises_id: id } },
        }),
      ),
  });
}
