import { useSyncExternalStore } from "react";
import { notifications } from "../api/client";
import type { components } from "../api/generated/notifications";
import { followLive, type LiveState } from "../api/live";
import { answered, type Refusal, refusalOf } from "../api/problems";
import { NOTHING, type OpenNotices, withEvent, withList, withoutNotice } from "./notices";

type NoticePage = components["schemas"]["NoticePage"];

/** What the desk shows, kept while the console is open, whatever page is in front. */
export interface Desk {
  notices: OpenNotices;
  live: LiveState;
  loaded: boolean;
  failure: Refusal | null;
}

let desk: Desk = { notices: NOTHING, live: "connecting", loaded: false, failure: null };
let ready = false;
let reading = 0;
const listeners = new Set<() => void>();
const changes = new Set<() => void>();

function set(part: Partial<Desk>): void {
  desk = { ...desk, ...part };
  for (const listener of listeners) listener();
}

/** Read the whole list; what the live view tells meanwhile is put together with it. */
export async function readDesk(): Promise<void> {
  const mine = ++reading;
  set({ failure: null });
  try {
    let cursor: string | null = null;
    do {
      const page: NoticePage = await answered(
        notifications.GET("/api/v1/notifications/notices", {
          params: { query: { state: ["open"], limit: 200, ...(cursor && { cursor }) } },
        }),
      );
      if (mine !== reading) return;
      set({ notices: withList(desk.notices, page.items) });
      cursor = page.next;
    } while (cursor !== null);
    set({ loaded: true });
  } catch (error) {
    if (mine === reading) set({ failure: refusalOf(error) });
  }
}

/** Follow the desk; call what is returned to stop. */
export function startDesk(): () => void {
  ready = false;
  return followLive({
    event: (event) => {
      const anew = event.name === "reset" || !ready;
      ready = true;
      set({ notices: withEvent(anew ? NOTHING : desk.notices, event) });
      if (anew || desk.failure !== null) void readDesk();
      if (event.name !== "ready") for (const changed of changes) changed();
    },
    state: (live) => {
      set({ live });
      if (live === "lost" && !desk.loaded && !ready) void readDesk();
    },
  });
}

export function closeNotice(id: string): void {
  set({ notices: withoutNotice(desk.notices, id) });
}

/** Be told whenever the live view told of a notice. */
export function onNoticeEvents(changed: () => void): () => void {
  changes.add(changed);
  return () => changes.delete(changed);
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function useDesk(): Desk {
  return useSyncExternalStore(subscribe, () => desk);
}

export function useOpenCount(): number | null {
  return useSyncExternalStore(subscribe, () => (desk.loaded ? desk.notices.rows.size : null));
}
