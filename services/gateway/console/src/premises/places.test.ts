import { describe, expect, it } from "vitest";
import type { Area } from "../places/areas";
import { commonCode } from "../places/codes";
import { areasOf, levelsOf, placeOf } from "./places";

const LEVELS = { 6: "county", 9: "street", 12: "community", 15: "grid" } as const;
const area = (code: string): Area => ({
  area_id: code,
  code,
  level: LEVELS[code.length as keyof typeof LEVELS],
  parent_code: code.slice(0, -3),
  name_zh: code,
  name_en: code,
});
const TREE = [
  ...["990101", "990101001", "990101001001", "990101001001001", "990101001001002"],
  ...["990101001002", "990101001002001", "990101002", "990101002001", "990101002001001"],
].map(area);
const codes = (areas: readonly Area[]) => areas.map(({ code }) => code);

describe("the tree of places", () => {
  it("offers only what an account works for, and the places above it", () => {
    const ranges = [{ first: "990101001001002", end: "990101001002" }];
    expect(codes(areasOf(TREE, ranges))).toEqual([
      "990101001",
      "990101001001",
      "990101001001002",
    ]);
  });

  it("is chosen step by step", () => {
    const all = areasOf(TREE, [{ first: "990101", end: "990102" }]);
    expect(levelsOf(all, "").map(({ level }) => level)).toEqual(["street"]);
    const street = levelsOf(all, "990101001");
    expect(street.map(({ level }) => level)).toEqual(["street", "community"]);
    expect(codes(street[1]?.options ?? [])).toEqual(["990101001001", "990101001002"]);
    expect(placeOf(street)).toBe("990101001");
    expect(placeOf(levelsOf(all, "990101001001002"))).toBe("990101001001002");
  });

  it("takes what is the only choice", () => {
    const all = areasOf(TREE, [{ first: "990101", end: "990102" }]);
    expect(placeOf(levelsOf(all, "990101002"))).toBe("990101002001001");
  });

  it("begins at the code that all of an account's ranges share", () => {
    expect(commonCode([{ first: "990101", end: "990102" }])).toBe("990101");
    expect(commonCode([{ first: "990101001001002", end: "990101001002002" }])).toBe("990101001");
    expect(commonCode([{ first: "990101001001002", end: "990101001001003" }])).toBe(
      "990101001001002",
    );
    expect(commonCode([])).toBeNull();
  });

  it("forgets a choice below a place that was changed", () => {
    const one = areasOf(TREE, [{ first: "990101001001", end: "990101001002" }]);
    expect(placeOf(levelsOf(one, "990101002001001"))).toBe("990101001001");
  });
});
