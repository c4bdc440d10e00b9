// Documents that are asked for again and again, and what is worth asking for.
import type { RefObject } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { message } from "./session";

export interface Polled<T> {
  /** The last answer; null before the first. */
  value: T | null;
  /** Why there was no newer one; empty: there was. */
  error: string;
  /** Asks at once. */
  reload(): void;
}

interface Options {
  /** From an answer to the next question; null: it is asked for once. */
  every_ms: number | null;
  /** What is held is not asked for again, but another key still is asked for once. */
  held?: boolean;
}

/** `key` says what `load` asks for; nothing is asked for while it is empty. */
export function usePolled<T>(
  key: string,
  load: (signal: AbortSignal) => Promise<T>,
  { every_ms, held = false }: Options,
): Polled<T> {
  const [value, setValue] = useState<T | null>(null);
  const [error, setError] = useState("");
  const [asked, setAsked] = useState(0);
  const latest = useRef({ load, held });
  latest.current = { load, held };
  useEffect(() => {
    if (key === "") return;
    const controller = new AbortController();
    let timer: number | undefined;
    const again = () => {
      if (every_ms === null) return;
      timer = window.setTimeout(() => (latest.current.held ? again() : ask()), every_ms);
    };
    const ask = async () => {
      try {
        const answer = await latest.current.load(controller.signal);
        if (controller.signal.aborted) return;
        setValue(answer);
        setError("");
      } catch (problem) {
        if (controller.signal.aborted) return;
        setError(message(problem));
      }
      again();
    };
    void ask();
    return () => {
      controller.abort();
      window.clearTimeout(timer);
    };
  }, [key, every_ms, asked]);
  return { value, error, reload: () => setAsked((count) => count + 1) };
}

/** Whether an element is on the screen of a tab that is shown. */
export function useOnScreen(element: RefObject<Element | null>): boolean {
  const [inView, setInView] = useState(false);
  const [shown, setShown] = useState(document.visibilityState === "visible");
  useEffect(() => {
    const observer = new IntersectionObserver((entries) => setInView(entries.at(-1)!.isIntersecting));
    observer.observe(element.current!);
    const changed = () => setShown(document.visibilityState === "visible");
    document.addEventListener("visibilitychange", changed);
    return () => {
      observer.disconnect();
      document.removeEventListener("visibilitychange", changed);
    };
  }, []);
  return inView && shown;
}

/** A blob as an address that an image may have: the content security policy allows no other. */
export function dataUrl(blob: Blob): Promise<string> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(reader.result as string);
    reader.onerror = () => reject(reader.error);
    reader.readAsDataURL(blob);
  });
}
