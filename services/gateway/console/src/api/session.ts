import { useSyncExternalStore } from "react";

/** Whether the gateway said that the session has ended while a page was open. */
let ended = false;
const listeners = new Set<() => void>();

function set(value: boolean): void {
  if (ended === value) return;
  ended = value;
  for (const listener of listeners) listener();
}

export const sessionEnded = (): void => set(true);
export const sessionStands = (): void => set(false);

export function useSessionEnded(): boolean {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => ended,
  );
}

export function loginAddress(then: string): string {
  return `/auth/login?next=${encodeURIComponent(then)}`;
}
