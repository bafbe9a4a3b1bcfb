import type { Desk, IncidentDetail, Told } from "./incidents";

/** One thing that happened to an incident; `by` is null where no desk acted or none was kept. */
export type Step = { at: string; by: Desk | null } & (
  | { what: "opened" | "linked"; source: Told["source"] }
  | { what: "missed" | "arrived" | "closed" }
);

/** What happened to an incident, the first first. */
export function timelineOf(incident: IncidentDetail): Step[] {
  const steps: Step[] = incident.told_by.map(({ received_at, received_by, linked, source }) => ({
    at: received_at,
    by: received_by,
    what: linked ? "linked" : "opened",
    source,
  }));
  if (incident.arrival_missed && incident.arrive_by !== null) {
    steps.push({ at: incident.arrive_by, by: null, what: "missed" });
  }
  if (incident.arrived_at !== null) {
    steps.push({ at: incident.arrived_at, by: incident.arrived_by, what: "arrived" });
  }
  if (incident.closed_at !== null) {
    steps.push({ at: incident.closed_at, by: incident.closed_by, what: "closed" });
  }
  return steps.sort((a, b) => Date.parse(a.at) - Date.parse(b.at));
}
