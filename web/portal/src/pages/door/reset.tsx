import type { VNode } from "preact";
import { useState } from "preact/hooks";
import { door } from "../../api.ts";
import { useWords } from "../../i18n.ts";
import { Banner } from "../../kit/banner.tsx";
import { Button } from "../../kit/button.tsx";
import { useTitle } from "../../kit/page.tsx";
import { useAction } from "../../load.ts";
import { navigate } from "../../router.ts";
import { signedIn } from "../../session.ts";
import { DeadLink, NewPassword, passwordProblem, useToken } from "./linked.tsx";
import { words } from "./words.ts";

/** Another password, by a link that an administrator made. */
export default function ResetPage(): VNode {
  const t = useWords(words);
  useTitle(t.resetTitle);
  const token = useToken();
  const [password, setPassword] = useState("");
  const [tried, setTried] = useState(false);
  const set = useAction(async () => {
    await door.post("/password-reset", { token, password });
    await signedIn();
    await navigate("/", { replace: true, force: true });
  });
  if (!token) return <DeadLink title={t.resetTitle} text={t.noToken} />;
  if (set.error && [401, 404, 410].includes(set.error.status)) return <DeadLink title={t.linkDeadTitle} text={t.linkDead} />;
  const wrong = passwordProblem(password, t);
  return (
    <>
      <h1 tabIndex={-1}>{t.resetTitle}</h1>
      <p class="soft">{t.resetIntro}</p>
      <form
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          setTried(true);
          if (!wrong) void set.run();
        }}
      >
        {set.error && <Banner tone="bad">{set.error.message}</Banner>}
        <NewPassword value={password} onInput={setPassword} error={tried ? wrong : undefined} autofocus />
        <Button type="submit" variant="primary" busy={set.busy}>{t.reset}</Button>
      </form>
    </>
  );
}
