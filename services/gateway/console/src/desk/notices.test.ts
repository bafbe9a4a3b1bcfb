import { describe, expect, it } from "vitest";
import { EventLines } from "../api/eventlines";
import { inOrder, type Notice, NOTHING, withEvent, withList, withoutNotice } from "./notices";

const notice = (id: string, more: Partial<Notice> = {}): Notice => ({
  id,
  state: "raised",
  urgency: "normal",
  rule: "r",
  subject_kind: "incident",
  subject_id: id,
  grid: null,
  premises_id: null,
  title_zh: "",
  title_en: "",
  body_zh: "",
  body_en: "",
  raised_at: "2026-11-01T00:00:00Z",
  acknowledge_by: null,
  escalated_from: null,
  ...more,
});
const raised = (id: string) => ({ name: "notice-raised", data: { ...notice(id), notice_id: id } });

describe("the open notices of a desk", () => {
  it("shows a notice once, by whichever way it came first", () => {
    const live = withEvent(NOTHING, raised("a"));
    expect([...withList(live, [notice("a"), notice("b")]).rows.keys()]).toEqual(["a", "b"]);
    expect([...withEvent(withList(NOTHING, [notice("a")]), raised("a")).rows.keys()]).toEqual(["a"]);
  });

  it("keeps a closed notice closed when an older list comes after it", () => {
    const closed = withEvent(NOTHING, { name: "notice-settled", data: { notice_id: "a" } });
    expect(withList(closed, [notice("a")]).rows.size).toBe(0);
    expect(withEvent(withoutNotice(NOTHING, "a"), raised("a")).rows.size).toBe(0);
  });

  it("begins anew when lines of the live view are gone", () => {
    const known = withList(NOTHING, [notice("a")]);
    expect(withEvent(known, { name: "reset", data: {} })).toBe(NOTHING);
  });

  it("puts first what is due first", () => {
    const due = notice("due", { acknowledge_by: "2026-11-01T01:00:00Z", urgency: "low" });
    const high = notice("high", { urgency: "high" });
    const late = notice("late", { acknowledge_by: "2026-11-01T00:30:00Z", state: "stale" });
    expect(inOrder([late, high, due]).map((each) => each.id)).toEqual(["due", "high", "late"]);
  });
});

describe("server-sent events", () => {
  it("are the same however the network cuts them", () => {
    const text = 'id: x:1\nevent: ready\ndata: {"a":1}\n\n:\n\nid: x:2\nevent: b\ndata: {}\n\n';
    for (let cut = 0; cut < text.length; cut += 1) {
      const lines = new EventLines();
      const told = [...lines.take(text.slice(0, cut)), ...lines.take(text.slice(cut))];
      expect(told.map((event) => event.name)).toEqual(["ready", "b"]);
      expect(lines.lastId).toBe("x:2");
    }
  });

  it("resume after the last whole event when a stream breaks off", () => {
    const lines = new EventLines();
    lines.take("id: x:1\nevent: a\ndata: {}\n\nid: x:2\nevent: b\nda");
    lines.restart();
    expect(lines.lastId).toBe("x:1");
    expect(lines.take("id: x:2\nevent: b\ndata: {}\n\n").map((e) => e.name)).toEqual(["b"]);
  });
});
