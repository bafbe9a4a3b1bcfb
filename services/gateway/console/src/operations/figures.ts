import made from "./alerts.json";
import type { Group, Seen, State } from "./reading";

interface Both {
  zh: string;
  en: string;
}

interface Limit {
  watches: Both;
  /** The metric that its rule compares. */
  metric: string;
  above: number;
  /** `s` for seconds, else a number. */
  unit: string;
}

/** A rule of Prometheus, as its file and the dashboards tell it. */
export interface Alert {
  alert: string;
  severity: string;
  title: Both;
  lasting_seconds: number;
  limits: Limit[];
  runbook: string;
}

export const ALERTS: readonly Alert[] = made;

type Figure = (seen: readonly Seen[], now: number) => number | null;

const most = (values: readonly (number | null)[]): number | null => {
  const known = values.filter((value) => value !== null);
  return known.length === 0 ? null : Math.max(...known);
};
const ofStates =
  (read: (state: State, now: number) => number | null): Figure =>
  (seen, now) =>
    most(seen.map(({ state }) => (state === null ? null : read(state, now))));
const ofGroups = (read: (group: Group) => number): Figure =>
  ofStates(({ groups }) => most(groups.map(read)));

export const lagOf = (group: Group): number =>
  group.lag.reduce((sum, { events }) => sum + events, 0);

/** What the services say at this moment of what a rule compares; the worst of all, as the rule has it. */
export const FIGURES: Readonly<Record<string, Figure>> = {
  up: (seen) => most(seen.map(({ state, refusal }) => (refusal ? 1 : state ? 0 : null))),
  common_outbox_oldest_unpublished_seconds: ofStates(({ relay }) => relay?.oldest_seconds ?? null),
  common_consumer_lag_events: ofGroups(lagOf),
  common_consumer_late: ofGroups(({ late }) => (late === true ? 1 : 0)),
  common_consumer_braked: ofGroups(({ braked }) => (braked ? 1 : 0)),
  common_dead_letters_open: ofGroups(({ dead_letters_open: open }) => open),
  common_timers_oldest_overdue_seconds: ofStates((state) => state.timers_overdue_seconds),
  common_invariant_breaches: ofStates(
    ({ invariants }) => invariants && (invariants.broken.length > 0 ? 1 : 0),
  ),
  common_invariants_checked_seconds: ofStates(({ invariants }, now) => {
    if (invariants === null) return null;
    // As the rule has it: what was never asked was asked in 1970.
    return (now - Date.parse(invariants.asked_at ?? "1970-01-01T00:00:00Z")) / 1_000;
  }),
};

/** The present figure of a limit, null where no service tells it. */
export function figureOf(limit: Limit, seen: readonly Seen[], now: number): number | null {
  return FIGURES[limit.metric]?.(seen, now) ?? null;
}

/** Whether something of a service wants to be looked at. */
export function isTroubled({ roles, groups, invariants }: State): boolean {
  return (
    roles.some(({ healthy }) => !healthy) ||
    groups.some((group) => group.braked || group.late || group.dead_letters_open > 0) ||
    (invariants?.broken.length ?? 0) > 0
  );
}
