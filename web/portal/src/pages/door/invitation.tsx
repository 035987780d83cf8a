import type { VNode } from "preact";
import { useEffect, useState } from "preact/hooks";
import { ApiError, door } from "../../api.ts";
import { useWords } from "../../i18n.ts";
import { Banner, Failure } from "../../kit/banner.tsx";
import { Button } from "../../kit/button.tsx";
import { TextField } from "../../kit/field.tsx";
import { useTitle } from "../../kit/page.tsx";
import { Skeleton } from "../../kit/waiting.tsx";
import { useAction } from "../../load.ts";
import { navigate } from "../../router.ts";
import { signedIn, type Role } from "../../session.ts";
import { shellWords } from "../../words/index.ts";
import { DeadLink, NewPassword, passwordProblem, useToken } from "./linked.tsx";
import { words } from "./words.ts";

interface Invitation {
  email: string;
  name: string;
  instance: string;
  role: Role;
}

/** Somebody who was invited chooses a password. */
export default function InvitationPage(): VNode {
  const t = useWords(words);
  const shell = useWords(shellWords);
  useTitle(t.invitationTitle);
  const token = useToken();
  const [name, setName] = useState("");
  const [password, setPassword] = useState("");
  const [tried, setTried] = useState(false);
  const [invitation, setInvitation] = useState<Invitation>();
  const read = useAction(async () => {
    const found = await door.post<Invitation>("/invitation", { token });
    setInvitation(found);
    setName(found.name);
  });
  useEffect(() => {
    if (token) void read.run();
  }, [token]);
  const accept = useAction(async () => {
    await door.post("/invitation/accept", { token, name: name.trim(), password });
    await signedIn();
    await navigate("/", { replace: true, force: true });
  });
  const dead = (error: ApiError | undefined): boolean => error !== undefined && [400, 401, 404, 410].includes(error.status);
  if (!token) return <DeadLink title={t.invitationTitle} text={t.noToken} />;
  if (dead(read.error)) return <DeadLink title={t.linkDeadTitle} text={t.linkDead} />;
  const wrong = { name: name.trim() ? undefined : t.nameNeeded, password: passwordProblem(password, t) };
  return (
    <>
      <h1 tabIndex={-1}>{t.invitationTitle}</h1>
      {read.error ? <Failure error={read.error} onRetry={() => void read.run()} /> : <p class="soft">{invitation ? t.invitationIntro(invitation.instance, shell.roles[invitation.role]) : <Skeleton />}</p>}
      <form
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          setTried(true);
          if (invitation && !wrong.name && !wrong.password) void accept.run();
        }}
      >
        {accept.error && <Banner tone="bad">{accept.error.message}</Banner>}
        <TextField label={t.email} type="email" value={invitation?.email ?? ""} onInput={() => undefined} autocomplete="username" readonly />
        <TextField label={t.name} value={name} onInput={setName} autocomplete="name" error={tried ? wrong.name : undefined} required />
        <NewPassword value={password} onInput={setPassword} error={tried ? wrong.password : undefined} />
        <Button type="submit" variant="primary" busy={accept.busy} disabled={!invitation}>{t.accept}</Button>
      </form>
    </>
  );
}
