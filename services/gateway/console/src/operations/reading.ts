import { useQueries } from "@tanstack/react-query";
import { operationsOf } from "../api/client";
import type { components } from "../api/generated/gateway";
import { pagesUpTo } from "../api/pages";
import { answered, type Refusal, refusalOf } from "../api/problems";

export type State = components["schemas"]["State"];
export type Group = components["schemas"]["GroupState"];
export type Letter = components["schemas"]["LetterBody"];

export const SERVICES = [
  "gateway",
  "population",
  "rentals",
  "incidents",
  "notifications",
] as const;
export type Service = (typeof SERVICES)[number];

/** What one service says of itself; neither state nor refusal while it is asked the first time. */
export interface Seen {
  service: Service;
  state: State | null;
  refusal: Refusal | null;
}

export interface Parked {
  service: Service;
  letter: Letter;
}

export const OPERATIONS = ["operations"];
export const LETTERS_MOST = 200;
const LOOK_AGAIN_MS = 5_000;
// What does not answer is to be seen at once; the next look comes by itself.
const EVER_ANEW = { refetchInterval: LOOK_AGAIN_MS, staleTime: 0, retry: false } as const;

const CLIENTS = Object.fromEntries(SERVICES.map((name) => [name, operationsOf(name)])) as Record<
  Service,
  ReturnType<typeof operationsOf>
>;

/** How every service runs, looked at every few seconds while the page is in sight. */
export function useSeen(): { seen: Seen[]; lookAgain: () => void } {
  const found = useQueries({
    queries: SERVICES.map((service) => ({
      ...EVER_ANEW,
      queryKey: [...OPERATIONS, "state", service],
      queryFn: () => answered(CLIENTS[service].GET("/state")),
    })),
  });
  const seen = SERVICES.map((service, at) => {
    const error = found[at]?.error ?? null;
    const refusal = error === null ? null : refusalOf(error);
    return { service, refusal, state: refusal === null ? (found[at]?.data ?? null) : null };
  });
  return { seen, lookAgain: () => found.forEach((each) => void each.refetch()) };
}

interface Letters {
  parked: Parked[];
  /** Whether a service holds more than are shown. */
  more: boolean;
  unread: Service[];
  loading: boolean;
}

/** Letters of all services that wait for a decision, the oldest first. */
export function useLetters(): Letters {
  const found = useQueries({
    queries: SERVICES.map((service) => ({
      ...EVER_ANEW,
      queryKey: [...OPERATIONS, "letters", service],
      queryFn: () =>
        pagesUpTo(LETTERS_MOST, (query) =>
          answered(CLIENTS[service].GET("/dead-letters", { params: { query } })),
        ),
    })),
  });
  const parked = SERVICES.flatMap((service, at) =>
    (found[at]?.data?.items ?? []).map((letter) => ({ service, letter })),
  );
  return {
    parked: parked.sort((a, b) => Date.parse(a.letter.parked_at) - Date.parse(b.letter.parked_at)),
    more: found.some((each) => each.data?.more === true),
    unread: SERVICES.filter((_, at) => found[at]?.isError === true),
    loading: found.some((each) => each.isPending),
  };
}

export type Act = "replay" | "drop";

/** Let a letter be handled again, or settle it without its effect. */
export function settle(service: Service, act: Act, letter: string, why: string, key: string) {
  const ask = {
    params: { path: { letter_id: letter }, header: { "idempotency-key": key } },
    body: { why },
  };
  const client = CLIENTS[service];
  return act === "replay"
    ? answered(client.POST("/dead-letters/{letter_id}/replay", ask))
    : answered(client.POST("/dead-letters/{letter_id}/drop", ask));
}

/** Let a group handle again what failed of topics that no count may show. */
export function replayUncounted(service: Service, group: string, why: string, key: string) {
  return answered(
    CLIENTS[service].POST("/groups/{group}/replay", {
      params: { path: { group }, header: { "idempotency-key": key } },
      body: { why },
    }),
  );
}
