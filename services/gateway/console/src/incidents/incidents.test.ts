import { describe, expect, it } from "vitest";
import { dutyOf } from "./duty";
import { filterOf, queryOf } from "./filter";
import type { IncidentDetail } from "./incidents";
import { timelineOf } from "./steps";
import { blankFields, bodyOf, type Typed } from "./typed";

const DUE = "2026-11-01T08:10:00Z";
const at = (text: string) => Date.parse(text);

describe("the on-scene clock", () => {
  const running = { arrive_by: DUE, arrived_at: null, state: "open" } as const;

  it("runs down, and on when it is over", () => {
    expect(dutyOf(running, at("2026-11-01T08:09:30Z"))).toEqual({ state: "running", ms: 30_000 });
    expect(dutyOf(running, at("2026-11-01T08:11:00Z"))).toEqual({ state: "running", ms: -60_000 });
  });

  it("stops with an arrival and says how late it was", () => {
    const arrived = (arrived_at: string) => dutyOf({ ...running, arrived_at }, at(DUE));
    expect(arrived("2026-11-01T08:10:00Z")).toEqual({ state: "arrived", ms: 0 });
    expect(arrived("2026-11-01T08:10:05Z")).toEqual({ state: "arrived", ms: 5_000 });
  });

  it("stops with the closing, and was never there where nobody has to come", () => {
    expect(dutyOf({ ...running, state: "closed" }, at(DUE))).toEqual({ state: "unmet" });
    expect(dutyOf({ ...running, arrive_by: null }, at(DUE))).toEqual({ state: "none" });
    const early = { arrive_by: null, arrived_at: DUE, state: "open" } as const;
    expect(dutyOf(early, at(DUE))).toEqual({ state: "arrived", ms: 0 });
  });
});

describe("what happened to an incident", () => {
  const told = (received_at: string, linked: boolean) => ({
    id: received_at,
    version: 1,
    source: "walk_in" as const,
    received_at,
    received_by: null,
    occurred_at: received_at,
    linked,
  });
  const incident = (more: Partial<IncidentDetail>): IncidentDetail => ({
    id: "i",
    version: 1,
    state: "open",
    classification: "theft",
    criminal: true,
    grid: "990101001001001",
    premises_id: null,
    source: "walk_in",
    opened_at: "2026-11-01T08:00:00Z",
    day_part: "afternoon",
    method: null,
    tip: null,
    arrive_by: DUE,
    arrived_at: null,
    arrived_by: null,
    arrival_missed: false,
    closed_at: null,
    closed_by: null,
    outcome: null,
    reports: 1,
    told_by: [told("2026-11-01T08:00:00Z", false)],
    ...more,
  });
  const whats = (more: Partial<IncidentDetail>) =>
    timelineOf(incident(more)).map(({ what }) => what);

  it("is told in order, whatever came between", () => {
    expect(
      whats({
        arrival_missed: true,
        arrived_at: "2026-11-01T08:20:00.5Z",
        closed_at: "2026-11-01T09:00:00Z",
        outcome: "resolved",
        told_by: [told("2026-11-01T08:00:00Z", false), told("2026-11-01T08:15:00Z", true)],
      }),
    ).toEqual(["opened", "missed", "linked", "arrived", "closed"]);
  });

  it("says which desk did what, and none where none did", () => {
    const room = { office_id: "room", role: "officer" };
    const head = { office_id: "room", role: "room_head" };
    const told_by = [{ ...told("2026-11-01T08:00:00Z", false), received_by: room }];
    const steps = timelineOf(
      incident({
        told_by,
        arrival_missed: true,
        arrived_at: "2026-11-01T08:20:00Z",
        arrived_by: room,
        closed_at: "2026-11-01T09:00:00Z",
        closed_by: head,
        outcome: "resolved",
      }),
    );
    expect(steps.map(({ what, by }) => [what, by])).toEqual([
      ["opened", room],
      ["missed", null],
      ["arrived", room],
      ["closed", head],
    ]);
  });

  it("says nothing of what has not happened", () => {
    expect(whats({})).toEqual(["opened"]);
  });
});

describe("the filter", () => {
  it("stands in the address and shows what is open where nothing is said", () => {
    expect(filterOf(new URLSearchParams())).toEqual({ state: "open", classification: "" });
    for (const state of ["open", "closed", "all"] as const) {
      const filter = { state, classification: "theft" };
      expect(filterOf(new URLSearchParams(queryOf(filter)))).toEqual(filter);
    }
    expect(filterOf(new URLSearchParams("state=nonsense")).state).toBe("open");
  });
});

describe("a report", () => {
  const typed: Typed = {
    classification: "noise",
    occurred: "2026-11-01T16:05",
    grid: "990101001001001",
    premises: "",
    method: "",
    tip: "",
    narrative: "  门被撬\n ",
    phone: " ",
  };

  it("tells the moment in the district's time, and leaves out what is empty", () => {
    expect(bodyOf(typed, "walk_in")).toEqual({
      source: "walk_in",
      classification: "noise",
      occurred_at: "2026-11-01T16:05:00+08:00",
      premises_id: null,
      grid: "990101001001001",
      method: null,
      tip: null,
      narrative: "门被撬",
      caller_phone: null,
    });
  });

  it("names premises without their grid, which they decide themselves", () => {
    const body = bodyOf({ ...typed, premises: "p" }, "walk_in");
    expect([body.premises_id, body.grid]).toEqual(["p", null]);
  });

  it("says which needed fields are empty", () => {
    expect(blankFields(typed)).toEqual([]);
    expect(blankFields({ ...typed, classification: "", occurred: "", grid: "" })).toEqual([
      "classification",
      "occurred_at",
      "grid",
    ]);
  });
});
