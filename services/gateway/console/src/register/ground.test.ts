import { describe, expect, it } from "vitest";
import { bodyOf, type Ground, missingOf, NO_GROUND } from "./ground";

const whole: Ground = {
  ...NO_GROUND,
  category: "resettlement_help",
  statute: "prison-law-37",
  deciding_organ: "示范区司法局",
  document_number: "示范〔2026〕1号",
  starts_on: "2026-01-01",
  ends_on: "2026-12-31",
  review_due_on: "2026-06-01",
};

describe("a statutory ground", () => {
  it("is not sent while one of its fields is empty or blank", () => {
    expect(missingOf(NO_GROUND)).toHaveLength(7);
    for (const field of missingOf(NO_GROUND)) {
      const broken = { ...whole, [field]: field === "deciding_organ" ? "  " : "" };
      expect(missingOf(broken)).toEqual([field]);
      expect(bodyOf("person", broken)).toBeNull();
    }
  });

  it("goes out whole, and an office that nobody chose as none", () => {
    expect(bodyOf("person", whole)).toEqual({
      person_id: "person",
      category: "resettlement_help",
      statute: "prison-law-37",
      deciding_organ: "示范区司法局",
      document_number: "示范〔2026〕1号",
      starts_on: "2026-01-01",
      ends_on: "2026-12-31",
      review_due_on: "2026-06-01",
      justice_office: null,
      assisting_committee: null,
    });
  });
});
