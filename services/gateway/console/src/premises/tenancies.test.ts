import { describe, expect, it } from "vitest";
import { inTheWay, likelyEnd, onDay, type Span } from "./tenancies";

const span = (room: number | null, first_day: string, last_day: string | null): Span => ({
  room,
  first_day,
  last_day,
});

describe("tenancies of premises", () => {
  const room2 = span(2, "2026-03-01", "2026-03-31");

  it("are in the way where room and days meet, both days included", () => {
    expect(inTheWay([room2], span(2, "2026-03-31", null))).toEqual([room2]);
    expect(inTheWay([room2], span(2, "2026-02-01", "2026-03-01"))).toEqual([room2]);
    expect(inTheWay([room2], span(2, "2026-04-01", null))).toEqual([]);
    expect(inTheWay([room2], span(2, "2026-02-01", "2026-02-28"))).toEqual([]);
    expect(inTheWay([room2], span(1, "2026-03-10", null))).toEqual([]);
  });

  it("of the whole premises are in the way of every room, and the other way round", () => {
    expect(inTheWay([room2], span(null, "2026-03-10", "2026-03-10"))).toEqual([room2]);
    const whole = span(null, "2026-03-01", null);
    expect(inTheWay([whole], span(5, "2029-01-01", null))).toEqual([whole]);
  });

  it("are past when their last day is", () => {
    const open = span(1, "2020-01-01", null);
    expect(onDay([room2, open], "2026-03-31").past).toEqual([]);
    expect(onDay([room2, open], "2026-04-01")).toEqual({ current: [open], past: [room2] });
  });

  it("end today, or on the agreed day nearest to it", () => {
    expect(likelyEnd(room2, "2026-03-10")).toBe("2026-03-10");
    expect(likelyEnd(room2, "2026-05-01")).toBe("2026-03-31");
    expect(likelyEnd(room2, "2026-01-01")).toBe("2026-03-01");
  });
});
