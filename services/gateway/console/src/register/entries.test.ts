import { describe, expect, it } from "vitest";
import { type Entry, inOrder, standingOf, tellsOfMore } from "./entries";

const TODAY = "2026-03-01";

const due = (review_due_on: string, ends_on: string) =>
  ({ entry_id: review_due_on, review_due_on, ends_on }) as Entry;

describe("how an entry stands", () => {
  it("is late the day after its review was due, and not on that day", () => {
    expect(standingOf(due("2026-02-28", "2027-01-01"), TODAY)).toBe("review_late");
    expect(standingOf(due("2026-03-01", "2027-01-01"), TODAY)).toBe("active");
  });

  it("ends soon within thirty days, across a month's end", () => {
    expect(standingOf(due("2026-03-20", "2026-03-31"), TODAY)).toBe("ends_soon");
    expect(standingOf(due("2026-03-20", "2026-04-01"), TODAY)).toBe("active");
  });
});

describe("the register", () => {
  it("shows late reviews first, then near ends, then what is reviewed next", () => {
    const entries = [
      due("2026-05-01", "2027-01-01"),
      due("2026-04-01", "2027-01-01"),
      due("2026-03-15", "2026-03-20"),
      due("2026-02-01", "2027-01-01"),
    ];
    expect(inOrder(entries, TODAY).map((entry) => entry.review_due_on)).toEqual([
      "2026-02-01",
      "2026-03-15",
      "2026-04-01",
      "2026-05-01",
    ]);
  });
});

describe("a notice found when the desk is loaded", () => {
  const read = Date.parse("2026-03-02T08:00:00Z");

  it("asks for the list again where it may be newer, whatever the clocks say", () => {
    expect(tellsOfMore(read + 500, read, read + 900)).toBe(true);
    expect(tellsOfMore(read - 60_000, read, read + 900)).toBe(true);
    expect(tellsOfMore(read - 60_000, 0, read)).toBe(true);
  });

  it("leaves the list, whose reading is on record, where it is old or there is none", () => {
    expect(tellsOfMore(read - 600_000, read, read + 900)).toBe(false);
    expect(tellsOfMore(0, 0, read)).toBe(false);
  });
});
