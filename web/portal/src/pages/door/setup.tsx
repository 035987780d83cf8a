import type { VNode } from "preact";
import { useState } from "preact/hooks";
import { door } from "../../api.ts";
import { useCell } from "../../cell.ts";
import { useWords } from "../../i18n.ts";
import { Banner } from "../../kit/banner.tsx";
import { Button } from "../../kit/button.tsx";
import { CodeBlock } from "../../kit/code.tsx";
import { TextField } from "../../kit/field.tsx";
import { useTitle } from "../../kit/page.tsx";
import { useAction } from "../../load.ts";
import { navigate } from "../../router.ts";
import { session, signedIn } from "../../session.ts";
import { DeadLink, looksLikeEmail, NewPassword, passwordProblem, useToken } from "./linked.tsx";
import { words } from "./words.ts";

/** The first administrator, by the link that was printed at the first start. */
export default function SetUpPage(): VNode {
  const t = useWords(words);
  useTitle(t.setupTitle);
  const now = useCell(session);
  const token = useToken();
  const [name, setName] = useState("");
  const [email, setEmail] = useState("");
  const [password, setPassword] = useState("");
  const [tried, setTried] = useState(false);
  const wrong = {
    name: name.trim() ? undefined : t.nameNeeded,
    email: looksLikeEmail(email) ? undefined : t.emailNeeded,
    password: passwordProblem(password, t),
  };
  const create = useAction(async () => {
    await door.post("/setup", { token, name: name.trim(), email: email.trim(), password });
    await signedIn();
    await navigate("/", { replace: true, force: true });
  });
  const gone = create.error && [401, 404, 410].includes(create.error.status);
  if (now.state === "out" && !now.setUp) return <DeadLink title={t.setupDone} text={t.setupDoneText} />;
  if (!token || gone) {
    return (
      <>
        <h1 tabIndex={-1}>{gone ? t.linkDeadTitle : t.setupTitle}</h1>
        <div class="stack">
          <p class="soft">{t.setupNoToken}</p>
          <p class="soft">{t.setupAgain}</p>
          <CodeBlock plain label={t.setupTitle} code="bowline users setup-link" />
        </div>
      </>
    );
  }
  const submit = (event: Event): void => {
    event.preventDefault();
    setTried(true);
    if (!wrong.name && !wrong.email && !wrong.password) void create.run();
  };
  return (
    <>
      <h1 tabIndex={-1}>{t.setupTitle}</h1>
      <p class="soft">{t.setupIntro}</p>
      <form noValidate onSubmit={submit}>
        {create.error && <Banner tone="bad">{create.error.message}</Banner>}
        <TextField label={t.name} value={name} onInput={setName} autocomplete="name" error={tried ? wrong.name : undefined} required autofocus />
        <TextField label={t.email} type="email" inputmode="email" value={email} onInput={setEmail} autocomplete="username" error={tried ? wrong.email : undefined} required />
        <NewPassword value={password} onInput={setPassword} error={tried ? wrong.password : undefined} />
        <Button type="submit" variant="primary" busy={create.busy}>{t.create}</Button>
      </form>
    </>
  );
}
