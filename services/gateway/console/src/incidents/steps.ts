import type { IncidentDetail, Told } from "./incidents";

/** One thing that happened to an incident. */
export type Step =
  | { at: string; what: "opened" | "linked"; source: Told["source"] }
  | { at: string; what: "missed" | "arrived" | "closed" };

/** What happened to an incident, the first first. */
export function timelineOf(incident: IncidentDetail): Step[] {
  const steps: Step[] = incident.told_by.map(({ received_at, linked, source }) => ({
    at: received_at,
    what: linked ? "linked" : "opened",
    source,
  }));
  if (incident.arrival_missed && incident.arrive_by !== null) {
    steps.push({ at: incident.arrive_by, what: "missed" });
  }
  if (incident.arrived_at !== null) steps.push({ at: incident.arrived_at, what: "arrived" });
  if (incident.closed_at !== null) steps.push({ at: incident.closed_at, what: "closed" });
  return steps.sort((a, b) => Date.parse(a.at) - Date.parse(b.at));
}
