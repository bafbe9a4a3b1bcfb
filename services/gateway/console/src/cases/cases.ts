import type { components } from "../api/generated/population";

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

/** The order of the list: what is due first. */
export function inOrder(cases: readonly Case[]): Case[] {
  const due = (shown: Case) => nextStep(shown)?.until ?? shown.opened_at;
  return [...cases].sort((a, b) => due(a).localeCompare(due(b)));
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

/** Whether two versions of a case show the same: a deadline that passed changes what is not shown. */
export function looksAlike(before: Case, now: Case): boolean {
  const told = (shown: Case) => JSON.stringify({ ...shown, version: 0 });
  return told(before) === told(now);
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
