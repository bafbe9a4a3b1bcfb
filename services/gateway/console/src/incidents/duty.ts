import type { Incident } from "./incidents";

/** How an incident stands with the duty to be on the scene in time. */
export type Duty =
  | { state: "none" | "unmet" }
  /** `ms` is left where it is positive, else over. */
  | { state: "running"; ms: number }
  /** `ms` is how late the arrival was, 0 where it was in time. */
  | { state: "arrived"; ms: number };

type Clock = Pick<Incident, "arrive_by" | "arrived_at" | "state">;

export function dutyOf({ arrive_by, arrived_at, state }: Clock, now: number): Duty {
  const due = arrive_by === null ? Infinity : Date.parse(arrive_by);
  if (arrived_at !== null) {
    return { state: "arrived", ms: Math.max(0, Date.parse(arrived_at) - due) };
  }
  if (arrive_by === null) return { state: "none" };
  return state === "closed" ? { state: "unmet" } : { state: "running", ms: due - now };
}
