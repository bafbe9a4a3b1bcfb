import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { notifications } from "../api/client";
import { answered } from "../api/problems";
import type { Figure } from "./weeks";

const LOOK_AGAIN_MS = 30_000;
const PAGE = 50;

/** How the notices of a week went, by office. */
export function useWeek(monday: string) {
  return useQuery({
    queryKey: ["week", monday],
    refetchInterval: LOOK_AGAIN_MS,
    queryFn: () =>
      answered(
        notifications.GET("/api/v1/notifications/week", { params: { query: { from: monday } } }),
      ),
  });
}

/** The notices that a figure counts, of one office or of all in sight. */
export function useCounted(monday: string, figure: Figure, office: string | null) {
  return useInfiniteQuery({
    queryKey: ["week", monday, figure, office],
    refetchInterval: LOOK_AGAIN_MS,
    initialPageParam: "",
    queryFn: ({ pageParam }) => {
      const query = {
        ...{ from: monday, figure, limit: PAGE },
        ...(office !== null && { office }),
        ...(pageParam !== "" && { cursor: pageParam }),
      };
      return answered(
        notifications.GET("/api/v1/notifications/week/notices", { params: { query } }),
      );
    },
    getNextPageParam: ({ next }) => next,
  });
}
