import type { components } from "../api/generated/incidents";
import { civilMinute, instantOf } from "../i18n/time";

export type ReportBody = components["schemas"]["ReportBody"];

/** What stands in the form of a report. */
export interface Typed {
  classification: string;
  occurred: string;
  grid: string;
  premises: string;
  method: string;
  tip: string;
  narrative: string;
  phone: string;
}

export function blankReport(): Typed {
  return {
    classification: "",
    occurred: civilMinute(Date.now()),
    grid: "",
    premises: "",
    method: "",
    tip: "",
    narrative: "",
    phone: "",
  };
}

/** Which needed fields are empty, by their names in the request. */
export function blankFields(typed: Typed): string[] {
  const needed = [
    ["classification", typed.classification],
    ["occurred_at", typed.occurred],
    ["grid", typed.grid],
  ] as const;
  return needed.flatMap(([field, value]) => (value === "" ? [field] : []));
}

/** The report as the service takes it. Premises decide the grid, so only one of them is said. */
export function bodyOf(typed: Typed, source: ReportBody["source"]): ReportBody {
  const premises = given(typed.premises);
  return {
    source,
    classification: typed.classification,
    occurred_at: instantOf(typed.occurred),
    premises_id: premises,
    grid: premises === null ? given(typed.grid) : null,
    method: given(typed.method),
    tip: given(typed.tip),
    narrative: given(typed.narrative),
    caller_phone: given(typed.phone),
  };
}

function given(text: string): string | null {
  return text.trim() === "" ? null : text.trim();
}
