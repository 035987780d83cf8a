// Saves what is typed a moment after it was, one request after the other.

import { useEffect, useRef, useState } from "preact/hooks";
import { ApiError } from "../../api.ts";
import { useUnsaved } from "../../leave.ts";
import { useSettled } from "../../load.ts";

export interface Autosave<T> {
  draft: T;
  set: (change: Partial<T>) => void;
  /** Shows what the server says, as after a restore. */
  show: (now: T) => void;
  /** Takes over what was stored otherwise; what is being typed stays. */
  merge: (stored: Partial<T>) => void;
  state: "saved" | "saving" | "failed";
  /** Whether anything was saved since the page was opened. */
  changed: boolean;
  error: ApiError | undefined;
  retry: () => void;
}

/** A draft of settings that saves itself. `put` sends all of it, and returns how it is then. */
export function useAutosave<T extends object>(stored: T, put: (draft: T) => Promise<T>): Autosave<T> {
  const [draft, setDraft] = useState(stored);
  const [kept, setKept] = useState(() => JSON.stringify(stored));
  const [error, setError] = useState<ApiError>();
  const [turn, setTurn] = useState(0);
  const [changed, setChanged] = useState(false);
  const chain = useRef<Promise<unknown>>(Promise.resolve());
  const text = JSON.stringify(draft);
  const settled = useSettled(text, 600);
  const latest = useRef({ put, text });
  latest.current = { put, text };
  useUnsaved(text !== kept);
  // What is shown first may be what was seen last time: newer answers replace it, unless somebody types already.
  const storedText = JSON.stringify(stored);
  useEffect(() => {
    if (text !== kept) return;
    setDraft(stored);
    setKept(storedText);
  }, [storedText]);
  useEffect(() => {
    if (settled === kept) return setError(undefined); // also where a refused text was taken back
    chain.current = chain.current.then(async () => {
      try {
        const now = await latest.current.put(JSON.parse(settled) as T);
        setError(undefined);
        setKept(settled);
        setChanged(true);
        // The server may have tidied it; what was typed meanwhile stays.
        if (latest.current.text === settled) {
          setDraft(now);
          setKept(JSON.stringify(now));
        }
      } catch (thrown) {
        setError(thrown instanceof ApiError ? thrown : new ApiError(500, String(thrown)));
      }
    });
  }, [settled, turn]);
  return {
    draft, error, changed, state: error ? "failed" : text === kept ? "saved" : "saving",
    set: (change) => setDraft((now) => ({ ...now, ...change })),
    show: (now) => {
      setDraft(now);
      setKept(JSON.stringify(now));
    },
    merge: (stored) => {
      setDraft((now) => ({ ...now, ...stored }));
      setKept((now) => JSON.stringify({ ...(JSON.parse(now) as T), ...stored }));
    },
    retry: () => setTurn((n) => n + 1),
  };
}
