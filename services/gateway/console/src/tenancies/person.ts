import type { components } from "../api/generated/population";

export type ResolveBody = components["schemas"]["ResolveBody"];
export type DocumentKind = ResolveBody["document_kind"];

/** What was typed of a person; it lives in the form alone and goes with it. */
export interface Typed {
  name: string;
  kind: DocumentKind;
  number: string;
  phone: string;
}

export const NOBODY: Typed = { name: "", kind: "resident_id", number: "", phone: "" };

/** The request that resolves a person who is named at premises. */
export function resolution(typed: Typed, premisesId: string): ResolveBody {
  const phone = typed.phone.trim();
  return {
    name: typed.name.trim(),
    document_kind: typed.kind,
    document_number: typed.number.trim(),
    phone: phone === "" ? null : phone,
    audience: "rentals",
    object_id: premisesId,
  };
}

/** Whether two persons were typed with one document. */
export function isTwin(one: Typed, other: Typed): boolean {
  return one.kind === other.kind && compact(one.number) === compact(other.number);
}

function compact(number: string): string {
  return number.replaceAll(/\s/g, "").toUpperCase();
}
