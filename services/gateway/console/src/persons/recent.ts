import { useQuery } from "@tanstack/react-query";
import { rentals } from "../api/client";
import type { components } from "../api/generated/rentals";
import { answered } from "../api/problems";
import { today } from "../i18n/time";

export type Tenancy = components["schemas"]["TenancyFile"];
type TenancyPage = components["schemas"]["TenancyPage"];

// So long a new tenancy waits for its desk's check and opens its person. The service decides;
// this only says how far back the list is read.
const CHECKED_WITHIN_MS = 7 * 86_400_000;

/** The running tenancies of a person that were registered in the last days, the newest first. */
export function useRecentTenancies(personId: string) {
  return useQuery({
    queryKey: ["recent-tenancies", personId],
    gcTime: 0,
    queryFn: () => recentTenancies(personId, Date.now() - CHECKED_WITHIN_MS),
  });
}

async function recentTenancies(personId: string, since: number): Promise<Tenancy[]> {
  const isRecent = (tenancy: Tenancy) => Date.parse(tenancy.registered_at) >= since;
  const recent: Tenancy[] = [];
  let cursor: string | null = null;
  do {
    const query = { on: today(), limit: 200, ...(cursor !== null && { cursor }) };
    const page: TenancyPage = await answered(
      rentals.GET("/api/v1/rentals/tenancies", { params: { query } }),
    );
    const fresh = page.items.filter(isRecent);
    recent.push(...fresh);
    cursor = fresh.length === page.items.length ? page.next : null;
  } while (cursor !== null);
  return recent.filter((tenancy) => tenancy.person_ids?.includes(personId));
}
