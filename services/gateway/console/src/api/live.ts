/**
 * The live view. It is read with fetch and not with EventSource, which tells neither the
 * heartbeats, by whose absence a dead connection shows, nor why it was refused.
 */
import { sessionEnded } from "./session";
import { EventLines, type LiveEvent } from "./eventlines";

export type LiveState = "connecting" | "open" | "lost";

export interface LiveListener {
  event: (event: LiveEvent) => void;
  state: (state: LiveState) => void;
}

const PATH = "/api/v1/gateway/live";
const SILENCE_MS = 40_000; // a heartbeat comes every 15 s
const RETRY_MS = 1_000;
const RETRY_MS_MAX = 15_000;
const HIDE_MS = 2_500; // a stream ends every five minutes and is back at once: no word of that

/** Follow the live view from now on; call what is returned to stop. */
export function followLive(listener: LiveListener): () => void {
  const stop = new AbortController();
  void follow(listener, stop.signal);
  return () => stop.abort();
}

async function follow(listener: LiveListener, stopped: AbortSignal): Promise<void> {
  const lines = new EventLines();
  let failures = 0;
  let lost: number | undefined;
  const told = (state: LiveState) => !stopped.aborted && listener.state(state);
  told("connecting");
  while (!stopped.aborted) {
    try {
      await once(lines, stopped, (event) => {
        window.clearTimeout(lost);
        lost = undefined;
        failures = 0;
        told("open");
        if (!stopped.aborted) listener.event(event);
      });
    } catch {
      failures += 1;
    }
    lost ??= window.setTimeout(() => told("lost"), HIDE_MS);
    await waited(Math.min(RETRY_MS * 2 ** Math.max(0, failures - 1), RETRY_MS_MAX), stopped);
  }
  window.clearTimeout(lost);
}

async function once(
  lines: EventLines,
  stopped: AbortSignal,
  tell: (event: LiveEvent) => void,
): Promise<void> {
  const dead = new AbortController();
  const end = () => dead.abort();
  stopped.addEventListener("abort", end);
  let watch = window.setTimeout(end, SILENCE_MS);
  try {
    const headers: Record<string, string> = { Accept: "text/event-stream" };
    if (lines.lastId !== null) headers["Last-Event-ID"] = lines.lastId;
    const answer = await fetch(PATH, { headers, signal: dead.signal, cache: "no-store" });
    if (answer.status === 401) sessionEnded();
    if (!answer.ok || answer.body === null) throw new Error(`live view: ${answer.status}`);
    const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
    lines.restart();
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      window.clearTimeout(watch);
      watch = window.setTimeout(end, SILENCE_MS);
      for (const event of lines.take(value)) tell(event);
    }
  } finally {
    window.clearTimeout(watch);
    stopped.removeEventListener("abort", end);
  }
}

function waited(ms: number, stopped: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const over = () => {
      window.clearTimeout(timer);
      window.removeEventListener("online", over);
      stopped.removeEventListener("abort", over);
      resolve();
    };
    const timer = window.setTimeout(over, ms);
    window.addEventListener("online", over);
    stopped.addEventListener("abort", over);
  });
}
