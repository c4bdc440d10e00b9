// Keeps a stream of live documents open.
import { ApiError, call, type Token } from "./client";
import { EventParser } from "./event_parser";
import type { Live } from "./types";

export type Connection =
  | { state: "connecting" }
  | { state: "live" }
  | { state: "lost"; retry_s: number };

export interface Follower {
  onLive(live: Live): void;
  onConnection(connection: Connection): void;
  /** The token, or having none, is not enough; the following has ended. */
  onRefused(message: string): void;
}

/** Without a document for this long, the connection counts as lost. */
const silence_ms = 8000;

/** Seconds until the n-th attempt after a loss (from 0). */
export function backOff(attempt: number): number {
  return Math.min(1 * 2 ** attempt, 15);
}

/** Follows until the returned function is called. */
export function follow(token: Token, follower: Follower): () => void {
  let stopped = false;
  let attempt = 0;
  let timer: number | undefined;
  let controller = new AbortController();

  const connect = async () => {
    controller = new AbortController();
    try {
      await stream(token, controller, (live) => {
        if (stopped) return;
        attempt = 0;
        follower.onConnection({ state: "live" });
        follower.onLive(live);
      });
    } catch (error) {
      if (!stopped && error instanceof ApiError && (error.status === 401 || error.status === 403)) {
        follower.onRefused(error.message);
        return;
      }
    }
    if (stopped) return;
    const retry_s = backOff(attempt++);
    follower.onConnection({ state: "lost", retry_s });
    timer = window.setTimeout(connect, retry_s * 1000);
  };

  follower.onConnection({ state: "connecting" });
  void connect();
  return () => {
    stopped = true;
    window.clearTimeout(timer);
    controller.abort();
  };
}

/** Returns or throws when the stream ends. */
async function stream(token: Token, controller: AbortController, onLive: (live: Live) => void) {
  let watchdog = window.setTimeout(() => controller.abort(), silence_ms);
  try {
    const response = await call("api/v1/live/stream?interval_ms=1000", token, {
      headers: { Accept: "text/event-stream" },
      signal: controller.signal,
    });
    const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
    const parser = new EventParser();
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      for (const { event, data } of parser.feed(value)) {
        if (event !== "live") continue;
        window.clearTimeout(watchdog);
        watchdog = window.setTimeout(() => controller.abort(), silence_ms);
        onLive(JSON.parse(data) as Live);
      }
    }
  } finally {
    window.clearTimeout(watchdog);
    controller.abort();
  }
}
