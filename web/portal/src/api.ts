// The only way to the server. Answers are typed by their callers, refusals are ApiErrors
// with a sentence to show, and a session that has ended is asked for again before the
// request is sent once more, so that nothing that was typed is lost.

import { define, locale, wordsNow } from "./i18n.ts";
import { problemOf, type FieldProblem } from "./problems.ts";

const words = define({
  offline: "Bowline cannot be reached. Check your connection, then try again.",
  forbidden: "Your role does not allow this.",
  notFound: "This is not here any more.",
  tooMany: "Too many requests at once. Wait a moment, then try again.",
  broken: "Something went wrong on our side. Try again; if it stays, give your administrator the number below.",
  expired: "Your session has ended. Sign in again.",
}, {
  offline: "Impossible de joindre Bowline. Vérifiez votre connexion, puis réessayez.",
  forbidden: "Votre rôle ne permet pas cette action.",
  notFound: "Cet élément n’existe plus.",
  tooMany: "Trop de requêtes à la fois. Attendez un instant, puis réessayez.",
  broken: "Un problème est survenu de notre côté. Réessayez ; s’il persiste, donnez le numéro ci-dessous à votre administrateur.",
  expired: "Votre session a pris fin. Connectez-vous de nouveau.",
});

interface Envelope {
  error?: string;
  correlationId?: string;
  validation?: { errors?: { itemId?: string; message?: string }[] };
}

/** A refusal. `message` is a sentence for the person. */
export class ApiError extends Error {
  constructor(
    /** HTTP status; 0 when no answer came. */
    readonly status: number,
    message: string,
    readonly correlationId = "",
    readonly problems: FieldProblem[] = [],
    /** Seconds to wait, where the server said so. */
    readonly retryAfter = 0,
    /** The answer as it was, for callers that know more of it. */
    readonly body: unknown = undefined,
  ) {
    super(message);
  }

  /** What was wrong with one field, by its name or path. */
  problem(field: string): string | undefined {
    return problemOf(this.problems, field);
  }
}

/** A sentence for whatever was thrown. */
export function messageOf(thrown: unknown): string {
  return thrown instanceof ApiError ? thrown.message : wordsNow(words).broken;
}

type Query = Record<string, string | number | boolean | readonly string[] | null | undefined>;

export interface Options {
  query?: Query;
  signal?: AbortSignal;
  /** Sent as it is, with the type that it has, instead of JSON. */
  raw?: Blob;
  /** Of the deployment and not of an instance: no instance is named. */
  everywhere?: boolean;
  /** Sent as If-Match: the change is refused with 412 unless what it is about still has this tag. */
  match?: string | undefined;
  /** Nobody is waiting for it: when the session has ended it fails, and nobody is asked to sign in again. */
  quiet?: boolean;
}

/** Set by session.ts: the instance that requests are for, and what to do when nobody is signed in. */
export const context = {
  instance: (): string => "",
  /** Resolves to true once somebody has signed in again. */
  signInAgain: async (): Promise<boolean> => false,
};

/** The parts of a query that have a value; lists are joined by commas. */
export function withQuery(path: string, query: Query = {}): string {
  const parts = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value === undefined || value === null || value === "" || (Array.isArray(value) && !value.length)) continue;
    parts.set(name, Array.isArray(value) ? value.join(",") : String(value));
  }
  const text = parts.toString();
  return text ? `${path}?${text}` : path;
}

function sentence(status: number, said: string): string {
  const t = wordsNow(words);
  if (status === 401) return said || t.expired;
  if (status === 403) return said || t.forbidden;
  if (status === 404) return t.notFound;
  if (status === 429) return said || t.tooMany;
  if (status >= 500) return t.broken;
  return said || t.broken;
}

async function refusal(answer: Response): Promise<ApiError> {
  let body: Envelope | undefined;
  try {
    body = (await answer.json()) as Envelope;
  } catch {
    // A proxy in between answers in its own words, which are not for people.
  }
  const problems = (body?.validation?.errors ?? []).flatMap(({ itemId, message }) => (message ? [{ itemId: itemId ?? "", message }] : []));
  return new ApiError(
    // Of a limit the sentence for people stands below the one that old clients read.
    answer.status, (answer.status === 402 && problems[0]?.message) || sentence(answer.status, body?.error ?? ""), body?.correlationId ?? answer.headers.get("X-Correlation-Id") ?? "",
    problems, Number(answer.headers.get("Retry-After")) || 0, body,
  );
}

/** Parts of a path come from addresses that anybody may have written: none may lead to another operation. */
const strays = (path: string): boolean => /[?#\\%]/.test(path) || path.split("/").some((part) => part === "." || part === "..");

async function send(method: string, path: string, body: unknown, options: Options, instance = options.everywhere ? "" : context.instance()): Promise<Response> {
  if (strays(path)) throw new ApiError(404, wordsNow(words).notFound);
  // What the server says in sentences, it says in the language that is chosen here.
  const headers = new Headers({ Accept: "application/json", "Accept-Language": locale.get() });
  if (instance) headers.set("Bowline-Instance", instance);
  if (options.match) headers.set("If-Match", options.match);
  if (options.raw) headers.set("Content-Type", options.raw.type || "application/octet-stream");
  else if (body !== undefined) headers.set("Content-Type", "application/json");
  try {
    return await fetch(withQuery(path, options.query), {
      method, headers, signal: options.signal ?? null, credentials: "same-origin", cache: "no-store",
      body: options.raw ?? (body === undefined ? null : JSON.stringify(body)),
    });
  } catch (thrown) {
    if (options.signal?.aborted) throw thrown;
    throw new ApiError(0, wordsNow(words).offline);
  }
}

// Tags of answers that have one, kept beside them.
const tags = new WeakMap<object, string>();

/** The tag that an answer came with, for `match`; empty where it had none. */
export const tagOf = (answer: object | undefined): string => (answer && tags.get(answer)) ?? "";

async function read<T>(answer: Response): Promise<T> {
  if (!answer.ok) throw await refusal(answer);
  const text = await answer.text();
  const value = (text ? JSON.parse(text) : undefined) as T;
  const tag = answer.headers.get("ETag");
  // It names a version and no bytes. A proxy that compresses makes it a weak one, or adds how, and If-Match wants it as it was.
  if (tag && typeof value === "object" && value) tags.set(value, tag.replace(/^W\//, "").replace(/-(gzip|br|zstd|deflate)"$/, '"'));
  return value;
}

async function reach(method: string, path: string, body: unknown, options: Options): Promise<Response> {
  // The same instance both times, whatever a new sign-in would begin with.
  const instance = context.instance();
  const answer = await send(method, `/portal/api${path}`, body, options, instance);
  return answer.status === 401 && !options.quiet && await context.signInAgain() ? send(method, `/portal/api${path}`, body, options, instance) : answer;
}

async function call<T>(method: string, path: string, body?: unknown, options: Options = {}): Promise<T> {
  return read<T>(await reach(method, path, body, options));
}

/** The API, for whoever is signed in. Paths are those of the Platform API, such as "/companies". */
export const api = {
  get: <T>(path: string, options?: Options): Promise<T> => call<T>("GET", path, undefined, options),
  /** What is no JSON, such as a table for a spreadsheet. */
  text: async (path: string, options: Options = {}): Promise<string> => {
    const answer = await reach("GET", path, undefined, options);
    if (!answer.ok) throw await refusal(answer);
    return answer.text();
  },
  post: <T>(path: string, body?: unknown, options?: Options): Promise<T> => call<T>("POST", path, body, options),
  put: <T>(path: string, body?: unknown, options?: Options): Promise<T> => call<T>("PUT", path, body, options),
  patch: <T>(path: string, body?: unknown, options?: Options): Promise<T> => call<T>("PATCH", path, body, options),
  delete: <T = void>(path: string, options?: Options): Promise<T> => call<T>("DELETE", path, undefined, options),
};

/** What is the Portal's own: sessions, set-up, invitations. Nobody needs to be signed in. */
export const door = {
  get: async <T>(path: string): Promise<T> => read<T>(await send("GET", `/portal${path}`, undefined, { everywhere: true })),
  post: async <T>(path: string, body: unknown): Promise<T> => read<T>(await send("POST", `/portal${path}`, body, { everywhere: true })),
  delete: async (path: string): Promise<void> => read<void>(await send("DELETE", `/portal${path}`, undefined, { everywhere: true })),
};
