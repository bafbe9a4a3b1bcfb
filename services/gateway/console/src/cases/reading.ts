import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { population } from "../api/client";
import { ON_RECORD } from "../api/onrecord";
import { allPages } from "../api/pages";
import { answered } from "../api/problems";
import { useReadAgain } from "../desk/live";
import { type Case, isOutdated } from "./cases";

const LOOK_AGAIN_MS = 15_000;
const CASES = ["cases"];

export const caseKey = (id: string) => ["case", id];

/** The open cases of the own office. The list names nobody, so that it may be read often. */
export function useCases() {
  useReadAgain(CASES);
  return useQuery({
    queryKey: CASES,
    gcTime: 0,
    refetchInterval: LOOK_AGAIN_MS,
    queryFn: () =>
      allPages((query) =>
        answered(population.GET("/api/v1/population/residence-change-cases", { params: { query } })),
      ),
  });
}

export function readCase(id: string): Promise<Case> {
  return answered(
    population.GET("/api/v1/population/residence-change-cases/{case_id}", {
      params: { path: { case_id: id } },
    }),
  );
}

/** One case with the masked person; it is read again when the list tells of another version. */
export function useCase(id: string) {
  const queries = useQueryClient();
  const listed = useCases();
  const found = useQuery({ ...ON_RECORD, queryKey: caseKey(id), queryFn: () => readCase(id) });
  const outdated = isOutdated(found.data, listed.data, found.dataUpdatedAt < listed.dataUpdatedAt);
  useEffect(() => {
    if (outdated) void queries.invalidateQueries({ queryKey: caseKey(id) });
  }, [outdated, listed.dataUpdatedAt, queries, id]);
  return found;
}
