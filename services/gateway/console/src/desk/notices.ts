import type { components } from "../api/generated/notifications";
import type { LiveEvent } from "../api/eventlines";

type Body = components["schemas"]["NoticeBody"];

/** What a desk's list shows of a notice; the live view tells the same as the API. */
export type Notice = Pick<
  Body,
  | "id"
  | "state"
  | "urgency"
  | "rule"
  | "subject_kind"
  | "subject_id"
  | "grid"
  | "premises_id"
  | "title_zh"
  | "title_en"
  | "body_zh"
  | "body_en"
  | "raised_at"
  | "acknowledge_by"
  | "escalated_from"
>;

/**
 * The open notices of a desk. They come twice, by the list and by the live view, in any order:
 * a notice that was closed stays closed whatever an older list says.
 */
export interface OpenNotices {
  rows: ReadonlyMap<string, Notice>;
  closed: ReadonlySet<string>;
}

export const NOTHING: OpenNotices = { rows: new Map(), closed: new Set() };

export function withList(known: OpenNotices, listed: readonly Notice[]): OpenNotices {
  const rows = new Map(known.rows);
  for (const notice of listed) {
    if (!known.closed.has(notice.id) && !rows.has(notice.id)) rows.set(notice.id, notice);
  }
  return { rows, closed: known.closed };
}

export function withoutNotice(known: OpenNotices, id: string): OpenNotices {
  const rows = new Map(known.rows);
  rows.delete(id);
  return { rows, closed: new Set(known.closed).add(id) };
}

export function withEvent(known: OpenNotices, event: LiveEvent): OpenNotices {
  const id = String(event.data["notice_id"]);
  switch (event.name) {
    case "reset":
      return NOTHING;
    case "notice-raised":
      return withList(known, [raised(id, event.data as unknown as Omit<Notice, "id" | "state">)]);
    case "notice-acknowledged":
    case "notice-settled":
      return withoutNotice(known, id);
    case "notice-escalated":
      return withState(known, id, "escalated");
    case "notice-stale":
      return withState(known, id, "stale");
    default:
      return known;
  }
}

function raised(id: string, told: Omit<Notice, "id" | "state">): Notice {
  return { ...told, id, state: "raised" };
}

function withState(known: OpenNotices, id: string, state: Notice["state"]): OpenNotices {
  const notice = known.rows.get(id);
  if (notice === undefined) return known;
  return { rows: new Map(known.rows).set(id, { ...notice, state }), closed: known.closed };
}

const URGENCY = { high: 0, normal: 1, low: 2 };

/** The order of the desk: what is due first, then urgency, then the newest. */
export function inOrder(notices: Iterable<Notice>): Notice[] {
  const due = (notice: Notice) =>
    notice.acknowledge_by !== null && notice.state === "raised"
      ? Date.parse(notice.acknowledge_by)
      : Number.MAX_SAFE_INTEGER;
  return [...notices].sort(
    (a, b) =>
      due(a) - due(b) ||
      URGENCY[a.urgency] - URGENCY[b.urgency] ||
      b.raised_at.localeCompare(a.raised_at),
  );
}
