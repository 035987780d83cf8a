// What the pages behind one-time links share. The token stands behind the #, which is sent
// to nobody; it is taken out of the address bar at once, so that it stays in no history.

import type { VNode } from "preact";
import { useState } from "preact/hooks";
import { useWords } from "../../i18n.ts";
import { Button } from "../../kit/button.tsx";
import { TextField } from "../../kit/field.tsx";
import { EmptyState, useTitle } from "../../kit/page.tsx";
import { place } from "../../router.ts";
import { words } from "./words.ts";

const taken = new Map<string, string>();

/** The token of the link that led here. */
export function useToken(): string {
  const [token] = useState(() => {
    const { path, hash } = place.get();
    if (hash) {
      taken.set(path, hash);
      history.replaceState(history.state, "", location.pathname + location.search);
    }
    return taken.get(path) ?? "";
  });
  return token;
}

const shortest = 12;
const longest = 128;

/** What is wrong with a new password before the server is asked; it also knows which ones are guessed first. */
export function passwordProblem(password: string, t: typeof words["en-US"]): string | undefined {
  const length = [...password].length;
  if (length < shortest) return t.passwordShort(shortest - length);
  return length > longest ? t.passwordLong : undefined;
}

export const looksLikeEmail = (text: string): boolean => /^\S+@\S+\.\S+$/.test(text.trim());

/** A field for a password that is being chosen. */
export function NewPassword({ value, onInput, error, label, autofocus }: { value: string; onInput: (value: string) => void; error?: string | undefined; label?: string; autofocus?: boolean }): VNode {
  const t = useWords(words);
  return <TextField label={label ?? t.newPassword} type="password" value={value} onInput={onInput} autocomplete="new-password" help={t.passwordHelp} error={error} required {...(autofocus && { autofocus })} />;
}

/** A link that leads nowhere any more, and what to do about it. */
export function DeadLink({ title, text }: { title: string; text: string }): VNode {
  const t = useWords(words);
  useTitle(title);
  return (
    <>
      <h1 class="unseen" tabIndex={-1}>{title}</h1>
      <EmptyState icon="link" title={title} actions={<Button href="/portal/sign-in">{t.toSignIn}</Button>}>{text}</EmptyState>
    </>
  );
}
