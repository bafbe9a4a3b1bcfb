import type { QueryClient, QueryKey } from "@tanstack/react-query";

/**
 * Read again what is shown. A further page that is on its way is awaited: reading again at once
 * would give it up, and with it the click that asked for it.
 */
export async function readAgain(queries: QueryClient, queryKey: QueryKey): Promise<void> {
  const further = queries
    .getQueryCache()
    .findAll({ queryKey, fetchStatus: "fetching" })
    .filter(({ state }) => state.fetchMeta?.fetchMore !== undefined);
  await Promise.allSettled(further.map(({ promise }) => promise));
  await queries.invalidateQueries({ queryKey });
}
