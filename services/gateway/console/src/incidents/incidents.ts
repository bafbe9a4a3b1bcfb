import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { incidents } from "../api/client";
import type { components } from "../api/generated/incidents";
import { answered } from "../api/problems";
import type { Filter } from "./filter";

type Schemas = components["schemas"];
export type Incident = Schemas["IncidentSummary"];
export type IncidentDetail = Schemas["IncidentDetail"];
export type Told = Schemas["ReportSummary"];
export type Desk = Schemas["DeskBody"];

export const INCIDENTS = ["incidents"];
const PAGE = 20;
// A colleague's arrival or a linked report makes no notice at every desk.
const REREAD_MS = 10_000;

export function readIncident(id: string): Promise<IncidentDetail> {
  return answered(
    incidents.GET("/api/v1/incidents/incidents/{incident_id}", {
      params: { path: { incident_id: id } },
    }),
  );
}

export function useIncident(id: string) {
  return useQuery({
    queryKey: [...INCIDENTS, id],
    refetchInterval: REREAD_MS,
    queryFn: () => readIncident(id),
  });
}

export function useIncidentList(filter: Filter) {
  return useInfiniteQuery({
    queryKey: [...INCIDENTS, "list", filter],
    refetchInterval: REREAD_MS,
    initialPageParam: "",
    queryFn: ({ pageParam }) => page(filter, pageParam),
    getNextPageParam: ({ next }) => next,
  });
}

async function page({ state, classification }: Filter, cursor: string) {
  const query = {
    limit: PAGE,
    ...(state !== "all" && { state }),
    ...(classification !== "" && { classification }),
    ...(cursor !== "" && { cursor }),
  };
  return answered(incidents.GET("/api/v1/incidents/incidents", { params: { query } }));
}
