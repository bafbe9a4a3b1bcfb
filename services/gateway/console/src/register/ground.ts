import type { components } from "../api/generated/population";
import type { Category } from "./entries";

type Body = components["schemas"]["ListBody"];

/** What is typed of a statutory ground; empty until it is chosen or typed. */
export interface Ground {
  category: Category | "";
  statute: string;
  deciding_organ: string;
  document_number: string;
  starts_on: string;
  ends_on: string;
  review_due_on: string;
  justice_office: string;
  assisting_committee: string;
}

export type GroundField = keyof Ground;

export const NO_GROUND: Ground = {
  category: "",
  statute: "",
  deciding_organ: "",
  document_number: "",
  starts_on: "",
  ends_on: "",
  review_due_on: "",
  justice_office: "",
  assisting_committee: "",
};

export const GROUND_FIELDS = Object.keys(NO_GROUND) as GroundField[];

const REQUIRED: readonly GroundField[] = [
  "category",
  "statute",
  "deciding_organ",
  "document_number",
  "starts_on",
  "ends_on",
  "review_due_on",
];

/** The statutory fields that are still empty: an entry without one of them is none. */
export function missingOf(ground: Ground): GroundField[] {
  return REQUIRED.filter((field) => ground[field].trim() === "");
}

/** The request of a whole ground; null where a field is missing. */
export function bodyOf(personId: string, ground: Ground): Body | null {
  const { category, justice_office, assisting_committee, ...rest } = ground;
  if (category === "" || missingOf(ground).length > 0) return null;
  return {
    ...rest,
    person_id: personId,
    category,
    justice_office: justice_office || null,
    assisting_committee: assisting_committee || null,
  };
}
