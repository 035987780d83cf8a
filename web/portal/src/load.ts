// Hooks around the API: one thing, a list that grows, and an action. What was shown stays
// while something newer is fetched, so that nothing jumps.

import { useCallback, useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { api, ApiError, type Options } from "./api.ts";
import { useCell } from "./cell.ts";
import { locale } from "./i18n.ts";
import { place } from "./router.ts";

export interface Loaded<T> {
  /** Undefined until the first answer; afterwards the last answer, also while a new one is fetched. */
  data: T | undefined;
  error: ApiError | undefined;
  loading: boolean;
  reload(): void;
  /** Shows this instead, such as the answer to a change. */
  set(next: T | ((now: T | undefined) => T | undefined)): void;
}

const asError = (thrown: unknown): ApiError => (thrown instanceof ApiError ? thrown : new ApiError(500, String(thrown)));

// What was last seen at an address, so that going back shows it at once.
let seen = new Map<string, unknown>();
// And the lists that were left, with all the pages that had been fetched.
let left = new Map<string, Left>();

interface Left {
  rows: unknown[];
  page: ListPage;
}

interface ListPage {
  /** The list that the rows are of. */
  of: string;
  next: string;
  total: number | undefined;
  exact: boolean;
}

/** Forgets what was seen: of another instance, or of another person. */
export function forget(): void {
  seen = new Map();
  left = new Map();
}

interface Manner {
  /** The answer holds sentences, so it is fetched anew when another language is chosen. */
  spoken: boolean;
  /** Nobody is waiting for it; see api.ts. */
  quiet?: boolean;
}

const useLanguage = (manner?: Manner): string => {
  const chosen = useCell(locale);
  return manner?.spoken ? chosen : "";
};

/** Fetches a path and keeps it; nothing is fetched for null. */
export function useLoad<T>(path: string | null, query?: Options["query"], manner?: Manner): Loaded<T> {
  const language = useLanguage(manner);
  const key = path === null ? "" : `${path} ${JSON.stringify(query ?? {})}`;
  const [state, setState] = useState<{ key: string; data: T | undefined; error: ApiError | undefined; loading: boolean }>(
    () => ({ key, data: seen.get(key) as T | undefined, error: undefined, loading: path !== null }),
  );
  const [turn, setTurn] = useState(0);
  useEffect(() => {
    if (path === null) {
      setState({ key, data: undefined, error: undefined, loading: false });
      return;
    }
    const stop = new AbortController();
    setState((now) => ({ key, data: (seen.get(key) as T | undefined) ?? (now.key === key ? now.data : undefined), error: undefined, loading: true }));
    api.get<T>(path, { query, signal: stop.signal, quiet: manner?.quiet ?? false }).then(
      (data) => {
        seen.set(key, data);
        if (!stop.signal.aborted) setState({ key, data, error: undefined, loading: false });
      },
      (thrown) => {
        if (!stop.signal.aborted) setState((now) => ({ ...now, error: asError(thrown), loading: false }));
      },
    );
    return () => stop.abort();
  }, [key, turn, language]);
  const reload = useCallback(() => setTurn((n) => n + 1), []);
  const set = useCallback((next: T | ((now: T | undefined) => T | undefined)) => setState((now) => {
    const data = typeof next === "function" ? (next as (now: T | undefined) => T | undefined)(now.data) : next;
    seen.set(key, data);
    return { ...now, data };
  }), [key]);
  // A path that has just changed must not show for one frame what the old one held.
  const current = state.key === key ? state : { data: seen.get(key) as T | undefined, error: undefined, loading: path !== null };
  return { data: current.data, error: current.error, loading: current.loading, reload, set };
}

/** What the endpoints with cursors answer. */
export interface CursorPage<T> {
  results: T[];
  next?: string | null;
  total?: number;
  totalIsExact?: boolean;
}

export interface Listed<T> {
  /** Undefined until the first answer. After a new query the old rows stay until the new ones are there. */
  rows: T[] | undefined;
  total: number | undefined;
  totalIsExact: boolean;
  more: boolean;
  loading: boolean;
  error: ApiError | undefined;
  loadMore(): void;
  reload(): void;
  set(change: (rows: T[]) => T[]): void;
}

/**
 * Fetches a list with cursors, page after page. Somebody who comes back finds it as it was,
 * and as many rows as there were are fetched anew behind it.
 */
export function useList<T>(path: string | null, query?: Options["query"], manner?: Manner): Listed<T> {
  const language = useLanguage(manner);
  const key = path === null ? "" : `${path} ${JSON.stringify(query ?? {})}`;
  // Its own, since what was forgotten meanwhile must not be kept after all.
  const [book] = useState(left);
  const [found] = useState(() => (place.get().returned === undefined ? undefined : book.get(key)));
  const [rows, setRows] = useState(found?.rows as T[] | undefined);
  const [page, setPage] = useState<ListPage>(found?.page ?? { of: key, next: "", total: undefined, exact: true });
  const [loading, setLoading] = useState(path !== null && !found);
  const [error, setError] = useState<ApiError>();
  const under = useRef<AbortController | undefined>(undefined);
  const freshening = useRef(false);
  const begin = (): AbortController => {
    under.current?.abort();
    return (under.current = new AbortController());
  };
  const fetchPage = (cursor: string): void => {
    if (path === null) return;
    freshening.current = false;
    const stop = begin();
    setLoading(true);
    setError(undefined);
    api.get<CursorPage<T>>(path, { query: { ...query, cursor }, signal: stop.signal }).then(
      (got) => {
        if (stop.signal.aborted) return;
        setRows((now) => (cursor ? [...(now ?? []), ...got.results] : got.results));
        setPage((now) => ({ of: key, next: got.next ?? "", total: got.total ?? (cursor ? now.total : undefined), exact: got.totalIsExact ?? true }));
        setLoading(false);
      },
      (thrown) => {
        if (stop.signal.aborted) return;
        setError(asError(thrown));
        setLoading(false);
      },
    );
  };
  // Replaces all rows at once, so that those in sight stay where they are.
  const freshen = (count: number): void => {
    freshening.current = true;
    const { signal } = begin();
    readAnew(count, signal).catch((thrown) => !signal.aborted && setError(asError(thrown))).finally(() => {
      if (under.current?.signal === signal) freshening.current = false;
    });
  };
  const readAnew = async (count: number, signal: AbortSignal): Promise<void> => {
    const all: T[] = [];
    let got: CursorPage<T> | undefined;
    let total: number | undefined;
    let exact = true;
    do {
      got = await api.get<CursorPage<T>>(path!, { query: { ...query, cursor: got?.next ?? "" }, signal });
      if (signal.aborted) return;
      all.push(...got.results);
      total ??= got.total;
      exact &&= got.totalIsExact ?? true;
    } while (got.next && all.length < count);
    setRows(all);
    setPage({ of: key, next: got.next ?? "", total, exact });
  };
  const first = useRef(true);
  useEffect(() => {
    if (first.current && found) freshen(found.rows.length);
    else fetchPage("");
    first.current = false;
    return () => under.current?.abort();
  }, [key, language]);
  const latest = useRef({ rows, page });
  latest.current = { rows, page };
  useEffect(() => () => {
    const { rows: last, page: its } = latest.current;
    if (last) book.set(its.of, { rows: last, page: its });
  }, []);
  return {
    rows, total: page.total, totalIsExact: page.exact, more: page.next !== "", loading, error,
    loadMore: () => {
      if (!page.next || loading) return;
      // The rows that are there are being read anew: one more then is the next page.
      if (freshening.current) freshen((rows?.length ?? 0) + 1);
      else fetchPage(page.next);
    },
    reload: () => fetchPage(""),
    set: (change) => setRows((now) => change(now ?? [])),
  };
}

export interface Action<A extends unknown[], R> {
  /** Runs it, unless it runs already; resolves to its result, or undefined when it was refused. */
  run(...args: A): Promise<R | undefined>;
  busy: boolean;
  error: ApiError | undefined;
  clear(): void;
}

/** Something that a person sets off: whether it is under way, and what was wrong. */
export function useAction<A extends unknown[], R>(perform: (...args: A) => Promise<R>): Action<A, R> {
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<ApiError>();
  const running = useRef(false);
  const latest = useRef(perform);
  useLayoutEffect(() => {
    latest.current = perform;
  });
  const run = useCallback(async (...args: A): Promise<R | undefined> => {
    if (running.current) return undefined;
    running.current = true;
    setBusy(true);
    setError(undefined);
    try {
      return await latest.current(...args);
    } catch (thrown) {
      setError(asError(thrown));
      return undefined;
    } finally {
      running.current = false;
      setBusy(false);
    }
  }, []);
  return { run, busy, error, clear: useCallback(() => setError(undefined), []) };
}

/** A value that follows another after it has been still for a while: for searching while typing. */
export function useSettled<T>(value: T, milliseconds = 200): T {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), milliseconds);
    return () => clearTimeout(timer);
  }, [value, milliseconds]);
  return settled;
}
