import { describe, expect, it } from "vitest";
import { type Case, decisionsFor, inOrder, isOutdated, looksAlike, nextStep, responsibleFor } from "./cases";

const A = "office-a";
const B = "office-b";

function aCase(changed: Partial<Case> = {}): Case {
  return {
    case_id: "case",
    version: 1,
    entry_id: "entry",
    state: "to_review",
    managing_office: A,
    receiving_office: null,
    justice_office: null,
    opened_at: "2026-03-01T00:00:00Z",
    review_due_at: "2026-03-02T00:00:00Z",
    accept_due_at: null,
    refusal: null,
    outcome: null,
    ...changed,
  };
}

const confirmed = aCase({
  version: 2,
  state: "confirmed",
  receiving_office: B,
  accept_due_at: "2026-03-05T00:00:00Z",
});

describe("what can be decided", () => {
  it("is the review for A, while it waits for one", () => {
    expect(decisionsFor(aCase(), A, "officer")).toEqual([
      "confirmed",
      "mistaken_identity",
      "visit_only",
    ]);
    expect(decisionsFor(aCase(), B, "officer")).toEqual([]);
  });

  it("is the answer for B once A has confirmed, and for A only that it was a visit", () => {
    expect(decisionsFor(confirmed, B, "room_head")).toEqual(["accept", "refuse", "visit_only"]);
    expect(decisionsFor(confirmed, A, "officer")).toEqual(["visit_only"]);
  });

  it("is nothing for a justice office, for nobody's office, and once the case has ended", () => {
    expect(decisionsFor(confirmed, B, "justice")).toEqual([]);
    expect(decisionsFor(confirmed, undefined, "officer")).toEqual([]);
    expect(decisionsFor({ ...confirmed, state: "accepted" }, B, "officer")).toEqual([]);
  });
});

describe("who has to act next", () => {
  it("is A until the review is due, then B until the answer is due, then nobody", () => {
    expect(nextStep(aCase())).toEqual({
      what: "review",
      office: A,
      until: "2026-03-02T00:00:00Z",
    });
    expect(nextStep(confirmed)).toEqual({
      what: "answer",
      office: B,
      until: "2026-03-05T00:00:00Z",
    });
    expect(nextStep({ ...confirmed, state: "accepted" })).toBeNull();
  });
});

describe("the list", () => {
  it("shows what is due first, whoever has to act", () => {
    const later = aCase({ case_id: "later", review_due_at: "2026-03-09T00:00:00Z" });
    const order = inOrder([later, confirmed, aCase({ case_id: "soon" })]);
    expect(order.map((each) => each.case_id)).toEqual(["soon", "case", "later"]);
  });
});

describe("who is responsible", () => {
  it("is A until B has accepted", () => {
    expect(responsibleFor(aCase(), null)?.office).toBe(A);
    expect(responsibleFor(confirmed, null)?.office).toBe(A);
    expect(responsibleFor({ ...confirmed, state: "accepted" }, null)?.office).toBe(B);
  });

  it("is what the entry says, where it can be read", () => {
    const entry = { responsible_office: "office-c", responsible_since: "2026-03-03T00:00:00Z" };
    expect(responsibleFor({ ...confirmed, state: "accepted" }, entry)).toEqual({
      office: "office-c",
      since: "2026-03-03T00:00:00Z",
    });
  });

  it("is not guessed after the entry has ended or gone elsewhere", () => {
    expect(responsibleFor(aCase({ state: "closed", outcome: "expired" }), null)).toBeNull();
  });
});

describe("two versions of a case", () => {
  it("look alike if only a deadline has passed, and not if somebody decided", () => {
    expect(looksAlike(confirmed, { ...confirmed, version: 3 })).toBe(true);
    expect(looksAlike(aCase(), confirmed)).toBe(false);
    expect(looksAlike(confirmed, { ...confirmed, accept_due_at: "2026-04-05T00:00:00Z" })).toBe(
      false,
    );
  });
});

describe("a shown case", () => {
  it("is outdated when the list tells of a newer version, and not of an older one", () => {
    expect(isOutdated(aCase(), [confirmed], true)).toBe(true);
    expect(isOutdated(confirmed, [aCase()], true)).toBe(false);
  });

  it("is outdated when an open one is missing from a list that was read later", () => {
    expect(isOutdated(aCase(), [], true)).toBe(true);
    expect(isOutdated(aCase(), [], false)).toBe(false);
    expect(isOutdated(aCase({ state: "closed" }), [], true)).toBe(false);
  });
});
