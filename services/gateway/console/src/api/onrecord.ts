/**
 * How a page reads what the service puts on record: once when it is opened and again when it is
 * known to have changed, never because a window came to the front; and forgotten with the page.
 */
export const ON_RECORD = {
  gcTime: 0,
  staleTime: Infinity,
  refetchOnWindowFocus: false,
  refetchOnReconnect: false,
} as const;
