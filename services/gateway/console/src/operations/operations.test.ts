import { describe, expect, it } from "vitest";
import { Refusal } from "../api/problems";
import { ALERTS, FIGURES, figureOf, isTroubled } from "./figures";
import type { Group, Seen, Service, State } from "./reading";

const NOW = Date.parse("2026-11-29T10:00:00Z");
// What only a history tells, or what is no figure of delivery.
const NOT_HERE = [
  "notifications_event_to_notice_seconds_bucket",
  "notifications_unacknowledged_overdue",
];

const group = (more: Partial<Group> = {}): Group => ({
  name: "rentals.main",
  braked: false,
  late: null,
  lag: [],
  dead_letters_open: 0,
  ...more,
});
const state = (more: Partial<State> = {}): State => ({
  service: "rentals",
  roles: [{ name: "relay", healthy: true }],
  relay: { leading: true, oldest_seconds: 0 },
  groups: [group()],
  timers_overdue_seconds: 0,
  invariants: { broken: [], asked_at: "2026-11-29T09:59:00Z" },
  ...more,
});
const answers = (...states: State[]): Seen[] =>
  states.map((each) => ({ service: each.service as Service, state: each, refusal: null }));
const away: Seen = { service: "gateway", state: null, refusal: new Refusal(502) };
const asked: Seen = { service: "gateway", state: null, refusal: null };
const limit = (metric: string) => ({ watches: { zh: "", en: "" }, metric, above: 0, unit: "none" });
const shown = (metric: string, ...seen: Seen[]) => figureOf(limit(metric), seen, NOW);

describe("the present figure of an alert", () => {
  it("is there for every metric of the rules, but for those that only monitoring has", () => {
    const metrics = new Set(ALERTS.flatMap(({ limits }) => limits.map(({ metric }) => metric)));
    expect([...metrics].filter((metric) => !(metric in FIGURES)).sort()).toEqual(NOT_HERE);
    expect(Object.keys(FIGURES).filter((metric) => !metrics.has(metric))).toEqual([]);
  });

  it("is the worst of all services and groups", () => {
    const lag = [{ topic: "a.b", events: 300 }, { topic: "a.c", events: 250 }];
    const seen = answers(
      state({ groups: [group({ lag }), group({ lag: [{ topic: "a.b", events: 400 }] })] }),
      state({ relay: { leading: true, oldest_seconds: 31 }, timers_overdue_seconds: 2 }),
    );
    expect(shown("common_consumer_lag_events", ...seen)).toBe(550);
    expect(shown("common_outbox_oldest_unpublished_seconds", ...seen)).toBe(31);
    expect(shown("common_timers_oldest_overdue_seconds", ...seen)).toBe(2);
  });

  it("is unknown where no process tells it, and never a zero", () => {
    const bare = { relay: null, groups: [], timers_overdue_seconds: null, invariants: null };
    const elsewhere = answers(state(bare));
    for (const metric of Object.keys(FIGURES).filter((name) => name !== "up")) {
      expect(shown(metric, ...elsewhere, away)).toBeNull();
    }
    expect(shown("up", asked)).toBeNull();
  });

  it("says that a service is away, and that all are there", () => {
    expect(shown("up", ...answers(state()), away)).toBe(1);
    expect(shown("up", ...answers(state()))).toBe(0);
  });

  it("counts from when the rules were asked, and from 1970 where they never were", () => {
    const never = answers(state({ invariants: { broken: [], asked_at: null } }));
    expect(shown("common_invariants_checked_seconds", ...answers(state()))).toBe(60);
    expect(shown("common_invariants_checked_seconds", ...never)).toBe(NOW / 1_000);
  });
});

describe("a service", () => {
  it.each<[string, Partial<State>]>([
    ["a part fails", { roles: [{ name: "relay", healthy: false }] }],
    ["a group has stopped", { groups: [group({ braked: true })] }],
    ["restricted topics are late", { groups: [group({ late: true })] }],
    ["a dead letter is open", { groups: [group({ dead_letters_open: 1 })] }],
    ["a rule is broken", { invariants: { broken: ["feed-gap"], asked_at: null } }],
  ])("is to be looked at when %s", (_, more) => {
    expect(isTroubled(state())).toBe(false);
    expect(isTroubled(state(more))).toBe(true);
  });
});
