// Saves what is typed a moment after it was, one request after the other.

import { useEffect, useRef, useState } from "preact/hooks";
import { ApiError } from "../../api.ts";
import { useUnsaved } from "../../leave.ts";
import { useSettled } from "../../load.ts";
import { laidOver } from "./merge.ts";
import { Clash, saveOver, type Held, type Place } from "./shared.ts";

export interface Autosave<T extends object> {
  draft: T;
  set: (change: Partial<T>) => void;
  /** Shows what the server says, as after a restore. */
  show: (now: Held<T>) => void;
  /** Takes over what was stored otherwise; what is being typed stays. */
  merge: (stored: Partial<T>) => void;
  state: "saved" | "saving" | "failed";
  error: ApiError | undefined;
  /** Somebody else has changed the same: nothing is saved until somebody has chosen. */
  clash: Clash<T> | undefined;
  /** Saves what is typed over what somebody else has made of it. */
  insist: () => void;
  /** Takes over what somebody else has made of it. */
  yield: () => void;
  retry: () => void;
}

/** A draft of settings that saves itself. `onSaved` hears which version each save has replaced. */
export function useAutosave<T extends object>(stored: Held<T>, place: Place<T>, onSaved: (version: string) => void): Autosave<T> {
  const [draft, drawDraft] = useState(stored.value);
  const [kept, setKept] = useState(() => JSON.stringify(stored.value));
  const [error, setError] = useState<ApiError>();
  const [clash, setClash] = useState<Clash<T>>();
  const [turn, setTurn] = useState(0);
  const chain = useRef<Promise<unknown>>(Promise.resolve());
  const text = JSON.stringify(draft);
  const settled = useSettled(text, 600);
  // What is typed and what is stored as far as this page knows, also between two renderings.
  const typed = useRef(draft);
  const base = useRef(stored);
  const latest = useRef({ place, onSaved, clash });
  latest.current = { place, onSaved, clash };
  useUnsaved(text !== kept);
  const setDraft = (next: (now: T) => T): void => drawDraft((typed.current = next(typed.current)));
  const keep = (now: Held<T>): void => {
    base.current = now;
    setKept(JSON.stringify(now.value));
  };
  // What is shown first may be what was seen last time: newer answers replace it, unless somebody types already.
  useEffect(() => {
    if (text !== kept || stored.tag === base.current.tag) return;
    setDraft(() => stored.value);
    keep(stored);
  }, [stored.tag]);
  useEffect(() => {
    if (settled === kept) return setError(undefined); // also where a refused text was taken back
    chain.current = chain.current.then(async () => {
      const from = base.current;
      const sent = typed.current;
      if (latest.current.clash || JSON.stringify(sent) === JSON.stringify(from.value)) return;
      try {
        const { replaced, ...now } = await saveOver(from, sent, latest.current.place);
        setError(undefined);
        if (replaced) latest.current.onSaved(replaced);
        // The server may have tidied it, and others may have changed more; what was typed meanwhile stays.
        setDraft((then) => laidOver(sent, then, now.value).mine);
        keep(now);
      } catch (thrown) {
        if (thrown instanceof Clash) setClash(thrown as Clash<T>);
        else setError(thrown instanceof ApiError ? thrown : new ApiError(500, String(thrown)));
      }
    });
  }, [settled, turn]);
  const choose = (whose: "mine" | "theirs") => (): void => {
    if (!clash) return;
    const before = base.current.value;
    setClash(undefined);
    setDraft((then) => laidOver(before, then, clash.now.value)[whose]);
    keep(clash.now);
    latest.current.clash = undefined;
    setTurn((n) => n + 1);
  };
  return {
    draft, error, clash, state: error || clash ? "failed" : text === kept ? "saved" : "saving",
    set: (change) => setDraft((now) => ({ ...now, ...change })),
    show: (now) => {
      setClash(undefined);
      setDraft(() => now.value);
      keep(now);
    },
    merge: (stored) => {
      setDraft((now) => ({ ...now, ...stored }));
      // The tag stays: others may have changed more than this.
      keep({ value: { ...base.current.value, ...stored }, tag: base.current.tag });
    },
    insist: choose("mine"),
    yield: choose("theirs"),
    retry: () => setTurn((n) => n + 1),
  };
}
