// Who is signed in, where they may work, and what they may do there.

import { api, ApiError, context, door } from "./api.ts";
import { cell, useCell } from "./cell.ts";
import { isLocale, locale } from "./i18n.ts";
import { forget } from "./load.ts";
import { theme, themes, type Theme } from "./theme.ts";

export interface User {
  id: string;
  name: string;
  email: string;
  /** Signs in elsewhere: name and password are changed there. */
  external: boolean;
}

export type Role = "onboarding" | "advisor" | "analyst" | "developer" | "administrator";
export const roles: readonly Role[] = ["onboarding", "advisor", "analyst", "developer", "administrator"];

/** The actions of role.go. */
export type Action =
  | "self" | "companies.edit" | "companies.delete" | "connections.add" | "connections.end" | "products.edit" | "data.view"
  | "monitor" | "webhooks" | "link.configure" | "settings" | "developers" | "users" | "signIn" | "instances";

export interface Instance {
  id: string;
  name: string;
  kind: "live" | "test";
  role: Role;
  /** What the role may do here. */
  actions: Action[];
}

/** How people sign in here. */
export interface SignIn {
  password: boolean;
  sso: { label: string } | null;
  message: string;
}

interface Answer {
  user: User;
  instances: Instance[];
  locale: string;
  signIn: SignIn;
  setUp: boolean;
}

export type Session =
  | { state: "asking" }
  | { state: "failed"; error: ApiError }
  /** `setUp`: nobody can sign in yet, because there is no administrator. */
  | { state: "out"; signIn: SignIn; setUp: boolean }
  | { state: "in"; user: User; instances: Instance[]; signIn: SignIn };

export const session = cell<Session>({ state: "asking" });

/** Whether the dialog that asks to sign in again is open. */
export const ended = cell<boolean>(false);

const kept = "bowline.instance";

/** The chosen instance's id. Each tab has its own, so that test and live can lie side by side. */
export const instanceId = cell<string>(sessionStorage.getItem(kept) ?? localStorage.getItem(kept) ?? "");

/** The instance that is worked in; undefined for somebody who is in none. */
export function instanceNow(): Instance | undefined {
  const now = session.get();
  if (now.state !== "in") return undefined;
  return now.instances.find(({ id }) => id === instanceId.get()) ?? now.instances[0];
}

export function useInstance(): Instance | undefined {
  useCell(session);
  useCell(instanceId);
  return instanceNow();
}

/** The person who is signed in. Only for pages that need a sign-in. */
export function useUser(): User {
  const now = useCell(session);
  if (now.state !== "in") throw new Error("nobody is signed in");
  return now.user;
}

/** Whether the person's role allows an action here. The server decides anyway; this hides what it would refuse. */
export function useMay(): (action: Action) => boolean {
  const actions = useInstance()?.actions ?? [];
  return (action) => actions.includes(action);
}

export function chooseInstance(id: string): void {
  sessionStorage.setItem(kept, id);
  localStorage.setItem(kept, id);
  forget();
  instanceId.set(id);
}

const begin = (answer: Answer): void => {
  const before = session.get();
  if (before.state !== "in" || before.user.id !== answer.user.id) forget();
  session.set({ state: "in", user: answer.user, instances: answer.instances, signIn: answer.signIn });
  if (isLocale(answer.locale)) locale.set(answer.locale);
  void fetchPreferences();
};

/** Asks the server who is signed in. */
export async function findSession(): Promise<void> {
  try {
    begin(await door.get<Answer>("/session"));
  } catch (thrown) {
    const error = thrown as ApiError;
    const body = error.body as { signIn?: SignIn; setUp?: boolean } | undefined;
    if (error.status === 401 && body?.signIn) session.set({ state: "out", signIn: body.signIn, setUp: body.setUp ?? false });
    else session.set({ state: "failed", error });
  }
}

const fresh = 30_000;
let asked = Date.now();

/** Asks again when somebody comes back to this tab: their role may have changed meanwhile. */
export function watchSession(): void {
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState !== "visible" || session.get().state !== "in" || Date.now() - asked < fresh) return;
    asked = Date.now();
    door.get<Answer>("/session").then(begin, () => {
      // Signed out, or out of reach: the next thing that they do says so, and loses nothing.
    });
  });
}

/** Signs in; throws the refusal. */
export async function signIn(email: string, password: string): Promise<void> {
  await door.post("/session", { email, password });
  await signedIn();
}

/** After any answer that has made a session: reads it, and lets what waited for it go on. */
export async function signedIn(): Promise<void> {
  const before = session.get();
  const answer = await door.get<Answer>("/session");
  const same = before.state !== "in" || before.user.id === answer.user.id;
  begin(answer);
  ended.set(false);
  // What one person has begun is not sent in the name of another.
  resume(same);
}

/** Ends the session here and on the server. */
export async function signOut(): Promise<void> {
  await door.delete("/session");
  forget();
  chosen = {};
  readFor = "";
  preferences.set({});
  await findSession();
}

// Requests that met the end of the session wait here until somebody has signed in again.
let waiting: ((again: boolean) => void)[] = [];

export function resume(again: boolean): void {
  const these = waiting;
  waiting = [];
  for (const go of these) go(again);
}

context.instance = () => instanceNow()?.id ?? "";
context.signInAgain = () => {
  if (session.get().state !== "in") return Promise.resolve(false);
  ended.set(true);
  return new Promise((go) => waiting.push(go));
};

// Preferences: what a person has arranged for themselves, on every device.

type Preferences = Record<string, unknown>;

const preferences = cell<Preferences>({});
/** What has been chosen here and is not yet kept. */
let chosen: Preferences = {};
/** Whose preferences have been read; writing before that would lose what they hold. */
let readFor = "";
let writing: ReturnType<typeof setTimeout> | undefined;

async function fetchPreferences(): Promise<void> {
  try {
    const me = await api.get<{ id: string; preferences?: Preferences | null }>("/me");
    if (me.id !== readFor) writeSoon();
    readFor = me.id;
    preferences.set({ ...me.preferences, ...chosen });
    const wanted = preferences.get().theme as Theme | undefined;
    if (wanted && themes.includes(wanted)) theme.set(wanted);
  } catch {
    // Everything works without them, as it does for somebody who has arranged nothing.
  }
}

function writeSoon(): void {
  clearTimeout(writing);
  if (!Object.keys(chosen).length) return;
  writing = setTimeout(() => {
    if (!readFor) return;
    const now = chosen;
    chosen = {};
    api.patch("/me", { preferences: preferences.get() }).catch(() => {
      // Tried again with the next choice; a message about it would only disturb.
      chosen = { ...now, ...chosen };
    });
  }, 600);
}

/** Keeps a preference; the server hears of it a moment later, of several at once. */
export function setPreference(name: string, value: unknown): void {
  chosen = { ...chosen, [name]: value };
  preferences.set({ ...preferences.get(), [name]: value });
  writeSoon();
}

/** A preference and how to change it; `usual` until the person has chosen. */
export function usePreference<T>(name: string, usual: T): [T, (value: T) => void] {
  const all = useCell(preferences);
  return [(all[name] as T | undefined) ?? usual, (value) => setPreference(name, value)];
}

/** Chooses a language for good: on this device at once, and wherever the person signs in. */
export function chooseLocale(chosen: "en-US" | "fr-CA"): void {
  locale.set(chosen);
  if (session.get().state === "in") {
    api.patch("/me", { locale: chosen }).catch(() => {
      // Kept on this device in any case.
    });
  }
}

export function chooseTheme(chosen: Theme): void {
  theme.set(chosen);
  if (session.get().state === "in") setPreference("theme", chosen);
}
