import type { components } from "../api/generated/incidents";

type State = components["schemas"]["IncidentSummary"]["state"];

/** What the list shows; the page's address says it, so that it can be kept and sent. */
export interface Filter {
  state: State | "all";
  classification: string;
}

export function filterOf(query: URLSearchParams): Filter {
  const state = query.get("state");
  return {
    state: state === "closed" || state === "all" ? state : "open",
    classification: query.get("class") ?? "",
  };
}

export function queryOf({ state, classification }: Filter): Record<string, string> {
  return {
    ...(state !== "open" && { state }),
    ...(classification !== "" && { class: classification }),
  };
}
