import type { VNode } from "preact";
import { useEffect, useState } from "preact/hooks";
import { useCell } from "../../cell.ts";
import { useWords } from "../../i18n.ts";
import { Banner } from "../../kit/banner.tsx";
import { Button } from "../../kit/button.tsx";
import { TextField } from "../../kit/field.tsx";
import { useTitle } from "../../kit/page.tsx";
import { useAction } from "../../load.ts";
import { usePlace } from "../../router.ts";
import { session, signIn } from "../../session.ts";
import { words } from "./words.ts";

/** Seconds that are still to wait; 0 when one may try. */
function useCountdown(seconds: number, from: unknown): number {
  const [left, setLeft] = useState(seconds);
  useEffect(() => {
    setLeft(seconds);
    if (!seconds) return;
    const until = Date.now() + seconds * 1000;
    const timer = setInterval(() => {
      const rest = Math.max(0, Math.ceil((until - Date.now()) / 1000));
      setLeft(rest);
      if (!rest) clearInterval(timer);
    }, 500);
    return () => clearInterval(timer);
  }, [from]);
  return left;
}

export default function SignInPage(): VNode {
  const t = useWords(words);
  useTitle(t.signInTitle);
  const now = useCell(session);
  const { query } = usePlace();
  const [email, setEmail] = useState("");
  const [password, setPassword] = useState("");
  const enter = useAction(async () => {
    try {
      await signIn(email.trim(), password);
    } catch (thrown) {
      setPassword("");
      throw thrown;
    }
  });
  const wait = useCountdown(enter.error?.retryAfter ?? 0, enter.error);
  const ways = now.state === "asking" || now.state === "failed" ? undefined : now.signIn;
  const to = query.get("to");
  const cause = query.get("sso");
  const [tried, setTried] = useState(false);
  return (
    <>
      <h1 tabIndex={-1}>{t.signInTitle}</h1>
      <div class="stack">
        {ways?.message && <p class="soft message">{ways.message}</p>}
        {cause !== null && !enter.error && <Banner tone="bad">{cause in t.sso ? t.sso[cause as keyof typeof t.sso] : t.sso.failed}</Banner>}
        {ways && !ways.password && !ways.sso && <Banner tone="warn">{t.noWay}</Banner>}
        {ways?.sso && (
          <Button variant={ways.password ? "secondary" : "primary"} href={`/portal/sso/start${to ? `?to=${encodeURIComponent(`/portal${to}`)}` : ""}`}>{t.signInWith(ways.sso.label)}</Button>
        )}
        {ways?.sso && ways.password && <div class="or">{t.or}</div>}
      </div>
      {ways?.password && (
        <form noValidate onSubmit={(event) => { event.preventDefault(); setTried(true); if (!wait && email && password) void enter.run(); }}>
          {enter.error && <Banner tone="bad">{wait > 0 ? t.wait(wait) : enter.error.message}</Banner>}
          <TextField label={t.email} type="email" value={email} onInput={setEmail} autocomplete="username" inputmode="email" required name="email" error={tried && !email ? t.emailNeeded : undefined} />
          <TextField label={t.password} type="password" value={password} onInput={setPassword} autocomplete="current-password" required name="password" error={tried && !password && !enter.error && !enter.busy ? t.passwordNeeded : undefined} />
          <Button type="submit" variant="primary" busy={enter.busy} disabled={wait > 0}>{t.signIn}</Button>
          <p class="small soft">{t.forgot}</p>
        </form>
      )}
    </>
  );
}
