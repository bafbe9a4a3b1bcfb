import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { population } from "../api/client";
import type { components } from "../api/generated/population";
import { ON_RECORD } from "../api/onrecord";
import { allPages } from "../api/pages";
import { answered } from "../api/problems";
import { onNoticeEvents } from "../desk/store";

export type Case = components["schemas"]["CaseView"];

/** What the offices of a case can decide. */
export type Decision = "confirmed" | "mistaken_identity" | "visit_only" | "accept" | "refuse";
export type RefusalReason = components["schemas"]["RefusalBody"]["reason"];

export const REFUSAL_REASONS: readonly RefusalReason[] = [
  "wrong_area",
  "not_resident",
  "documents_missing",
  "decision_pending",
];

const POLICE = new Set(["officer", "room_head"]);
const LOOK_AGAIN_MS = 15_000;
const CASES = ["cases"];

export const caseKey = (id: string) => ["case", id];

export function isOpen({ state }: Pick<Case, "state">): boolean {
  return state === "to_review" || state === "confirmed";
}

/** What an account can decide of a case as it stands; the service decides whether it may. */
export function decisionsFor(
  shown: Pick<Case, "state" | "managing_office" | "receiving_office">,
  office: string | undefined,
  role: string,
): Decision[] {
  if (office === undefined || !POLICE.has(role)) return [];
  const manages = shown.managing_office === office;
  if (shown.state === "to_review") {
    return manages ? ["confirmed", "mistaken_identity", "visit_only"] : [];
  }
  if (shown.state !== "confirmed") return [];
  if (shown.receiving_office === office) return ["accept", "refuse", "visit_only"];
  return manages ? ["visit_only"] : [];
}

/** Who has to do what until when. */
export interface Step {
  what: "review" | "answer";
  office: string;
  until: string;
}

export function nextStep(shown: Case): Step | null {
  if (shown.state === "to_review") {
    return { what: "review", office: shown.managing_office, until: shown.review_due_at };
  }
  if (shown.receiving_office === null || shown.accept_due_at === null) return null;
  if (shown.state !== "confirmed") return null;
  return { what: "answer", office: shown.receiving_office, until: shown.accept_due_at };
}

/** The one office that answers for an entry now, and since when where that was told. */
export interface Responsible {
  office: string;
  since: string | null;
}

/**
 * Who answers for the entry of a case. The entry says it; who may not read it (any more) goes by
 * the case: A until B has accepted. Null where the case no longer tells.
 */
export function responsibleFor(
  shown: Pick<Case, "state" | "outcome" | "managing_office" | "receiving_office">,
  entry: { responsible_office: string; responsible_since: string } | null,
): Responsible | null {
  if (entry !== null) return { office: entry.responsible_office, since: entry.responsible_since };
  if (shown.outcome === "expired") return null;
  const office = shown.state === "accepted" ? shown.receiving_office : shown.managing_office;
  return office === null ? null : { office, since: null };
}

/** The open cases of the own office. The list names nobody, so that it may be read often. */
export function useCases() {
  const queries = useQueryClient();
  useEffect(
    () => onNoticeEvents(() => void queries.invalidateQueries({ queryKey: CASES })),
    [queries],
  );
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

/** One case with the masked person; it is read again when the list tells of another version. */
export function useCase(id: string) {
  const queries = useQueryClient();
  const listed = useCases();
  const found = useQuery({
    ...ON_RECORD,
    queryKey: caseKey(id),
    queryFn: () =>
      answered(
        population.GET("/api/v1/population/residence-change-cases/{case_id}", {
          params: { path: { case_id: id } },
        }),
      ),
  });
  const outdated = isOutdated(found.data, listed.data, found.dataUpdatedAt < listed.dataUpdatedAt);
  useEffect(() => {
    if (outdated) void queries.invalidateQueries({ queryKey: caseKey(id) });
  }, [outdated, listed.dataUpdatedAt, queries, id]);
  return found;
}

/** Whether a list tells that a case is not any more as it is shown. */
export function isOutdated(
  shown: Case | undefined,
  listed: readonly Case[] | undefined,
  listIsNewer: boolean,
): boolean {
  if (shown === undefined || listed === undefined) return false;
  const told = listed.find((each) => each.case_id === shown.case_id);
  return told === undefined ? listIsNewer && isOpen(shown) : told.version > shown.version;
}
