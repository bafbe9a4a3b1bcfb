import { useQuery } from "@tanstack/react-query";
import { notifications } from "../api/client";
import { answered } from "../api/problems";

/** The newest version of every rule; a few dozen. */
export function useRules() {
  return useQuery({
    queryKey: ["rules"],
    staleTime: 300_000,
    queryFn: async () =>
      (await answered(notifications.GET("/api/v1/notifications/rules"))).items,
  });
}
