import { skipToken, useQuery } from "@tanstack/react-query";
import { useSyncExternalStore } from "react";
import { population } from "../api/client";
import type { components } from "../api/generated/population";
import { ON_RECORD } from "../api/onrecord";
import { answered } from "../api/problems";

type Schemas = components["schemas"];

/** A person as lists show one: enough to compare with a card, too little to copy. */
export type Masked = Schemas["PersonView"];
export type Disclosed = Schemas["Disclosure"];
export type Residence = Schemas["ResidenceView"];

/** The item that a reading is for, as the service puts it on record. */
export interface Purpose {
  kind: Schemas["PurposeBody"]["kind"];
  id: string;
}

/** A purpose that was stated, with the choice that was made where there was one. */
interface Statement {
  purpose: Purpose;
  choice: string | null;
}

// By case, entry or person: ids alone, gone with the page. A purpose is asked for once for each.
const statements = new Map<string, Statement>();
const listeners = new Set<() => void>();

function tell(): void {
  for (const listener of listeners) listener();
}

export function statePurpose(subject: string, purpose: Purpose, choice: string | null = null) {
  statements.set(subject, { purpose, choice });
  tell();
}

export function forgetPurpose(subject: string): void {
  statements.delete(subject);
  tell();
}

/** The purpose that was stated for a case, an entry or a person while this page was open. */
export function useStatement(subject: string): Statement | null {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => statements.get(subject) ?? null,
  );
}

/** Read a person in the clear. The answer is for one component's state and is kept nowhere. */
export function disclose(personId: string, purpose: Purpose): Promise<Disclosed> {
  return answered(
    population.POST("/api/v1/population/persons/{person_id}/disclosures", {
      params: { path: { person_id: personId } },
      body: { purpose },
    }),
  );
}

const stated = (purpose: Purpose) => ({ purpose: purpose.kind, purpose_id: purpose.id });

/** A person, masked; null for the purpose or no person asks for nothing. */
export function useMasked(personId: string | null, purpose: Purpose | null) {
  return useQuery({
    ...ON_RECORD,
    queryKey: ["person", personId, purpose?.id],
    queryFn:
      purpose === null || personId === null
        ? skipToken
        : () =>
            answered(
              population.GET("/api/v1/population/persons/{person_id}", {
                params: { path: { person_id: personId }, query: stated(purpose) },
              }),
            ),
  });
}

/** Where a person lives or lived within the own areas. */
export function useResidences(personId: string | null, purpose: Purpose | null) {
  return useQuery({
    ...ON_RECORD,
    queryKey: ["residences", personId, purpose?.id],
    queryFn:
      purpose === null || personId === null
        ? skipToken
        : async () =>
            (
              await answered(
                population.GET("/api/v1/population/persons/{person_id}/residences", {
                  params: { path: { person_id: personId }, query: stated(purpose) },
                }),
              )
            ).items,
  });
}
