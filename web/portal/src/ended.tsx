// The session has ended while somebody was working: they sign in again here, on top of the
// page, and the requests that were refused are sent once more.

import type { VNode } from "preact";
import { useState } from "preact/hooks";
import { useCell } from "./cell.ts";
import { useWords } from "./i18n.ts";
import { Banner } from "./kit/banner.tsx";
import { Button } from "./kit/button.tsx";
import { Dialog } from "./kit/dialog.tsx";
import { TextField } from "./kit/field.tsx";
import { useAction } from "./load.ts";
import { ended, session, signIn, signedIn } from "./session.ts";
import { shellWords } from "./words/index.ts";

export function Ended(): VNode | null {
  return useCell(ended) && session.get().state === "in" ? <Again /> : null;
}

function Again(): VNode {
  const t = useWords(shellWords);
  const now = useCell(session);
  const [password, setPassword] = useState("");
  const email = now.state === "in" ? now.user.email : "";
  const ways = now.state === "in" ? now.signIn : undefined;
  const enter = useAction((how: "here" | "elsewhere") => (how === "here" ? signIn(email, password) : signedIn()));
  const withPassword = ways?.password && now.state === "in" && !now.user.external;
  return (
    <Dialog
      open locked size="narrow" title={t.endedTitle} onClose={() => undefined} onSubmit={() => void enter.run(withPassword ? "here" : "elsewhere")}
      footer={<>
        <Button variant="quiet" onClick={() => location.reload()}>{t.leave}</Button>
        {withPassword
          ? <Button type="submit" variant="primary" busy={enter.busy}>{t.signIn}</Button>
          : <Button type="submit" variant="primary" busy={enter.busy}>{t.signedInElsewhere}</Button>}
      </>}
    >
      <div class="stack">
        <p>{t.ended}</p>
        {enter.error && <Banner tone="bad">{enter.error.message}</Banner>}
        {withPassword
          ? <>
            <TextField label={t.email} type="email" value={email} onInput={() => undefined} readonly autocomplete="username" />
            <TextField label={t.password} type="password" value={password} onInput={setPassword} autocomplete="current-password" autofocus />
          </>
          : <p><a href="/portal/sign-in" target="_blank" rel="noopener">{t.signInElsewhere}</a></p>}
      </div>
    </Dialog>
  );
}
