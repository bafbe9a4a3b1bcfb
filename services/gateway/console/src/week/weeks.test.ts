import { describe, expect, it } from "vitest";
import type { Office } from "../places/offices";
import {
  addressOf,
  daysAfter,
  FIGURES,
  type Figures,
  inOrder,
  mondayOf,
  type OfficeWeek,
  shownOf,
  totalOf,
} from "./weeks";

const TODAY = "2026-03-04"; // a Wednesday
const figures = (more: Partial<Figures>): Figures => ({
  ...(Object.fromEntries(FIGURES.map((figure) => [figure, 0])) as Figures),
  ...more,
});
const row = (office_id: string): OfficeWeek => ({ office_id, ...figures({}) });

describe("a week", () => {
  it("begins on the Monday of its day, on a Sunday too and across a year", () => {
    expect(mondayOf("2026-03-02")).toBe("2026-03-02");
    expect(mondayOf("2026-03-08")).toBe("2026-03-02");
    expect(mondayOf("2027-01-01")).toBe("2026-12-28");
    expect(daysAfter("2026-02-23", 7)).toBe("2026-03-02");
  });

  it("is the present one where the address names none that can be read", () => {
    for (const from of ["", "from=soon", "from=2026-02-99", "from=0001-01-01"]) {
      expect(shownOf(new URLSearchParams(from), TODAY).monday).toBe("2026-03-02");
    }
    expect(shownOf(new URLSearchParams("from=2026-02-24"), TODAY).monday).toBe("2026-02-23");
  });

  it("is kept in the address with what is listed of it, and the present one is not named", () => {
    const shown = { monday: "2026-02-23", figure: "overdue", office: "o1" } as const;
    const address = addressOf(shown, TODAY);
    expect(shownOf(new URLSearchParams(address.split("?")[1]), TODAY)).toEqual(shown);
    expect(addressOf({ ...shown, monday: "2026-03-02" }, TODAY)).not.toContain("from");
    expect(shownOf(new URLSearchParams("figure=rank&office=o1"), TODAY)).toMatchObject({
      figure: null,
      office: null,
    });
  });
});

describe("the figures of offices", () => {
  it("add up", () => {
    const total = totalOf([figures({ raised: 2, overdue: 1 }), figures({ raised: 3 })]);
    expect(total).toEqual(figures({ raised: 5, overdue: 1 }));
  });

  it("stand from the top down by name, whatever they are", () => {
    const office = (office_id: string, kind: Office["kind"], name_zh: string) =>
      ({ office_id, kind, name_zh }) as Office;
    const offices = [
      office("r10", "room", "警务室10"),
      office("r2", "room", "警务室2"),
      office("s", "station", "派出所"),
      office("b", "bureau", "分局"),
    ];
    const rows = ["r10", "b", "r2", "s"].map(row);
    expect(inOrder(rows, offices).map((each) => each.office_id)).toEqual(["b", "s", "r2", "r10"]);
    expect(inOrder(rows, undefined)).toHaveLength(4);
  });
});
