import type { VNode } from "preact";
import { useState } from "preact/hooks";
import { api } from "../../api.ts";
import { useCell } from "../../cell.ts";
import { locale, localeNames, locales, useWords } from "../../i18n.ts";
import { Banner, Button, Card, confirm, DescriptionList, Failure, PageHeader, Pill, RadioGroup, Select, Skeleton, TextField, toast } from "../../kit/index.ts";
import { useAction, useLoad } from "../../load.ts";
import { chooseLocale, chooseTheme, findSession, session, useUser } from "../../session.ts";
import { theme, themes } from "../../theme.ts";
import { shellWords } from "../../words/index.ts";
import { NewPassword, passwordProblem } from "../door/linked.tsx";
import { words as doorWords } from "../door/words.ts";
import { Identity } from "./identity.tsx";
import { SessionTable, type StaffSession } from "./sessions.tsx";
import { words } from "./words.ts";

interface Me {
  name: string;
  email: string;
  external: boolean;
  hasPassword: boolean;
  /** What the sign-in service is called; absent when there is none. */
  signInService?: string;
  /** The address that it last told of them. */
  knownAs?: string;
}

export default function AccountPage(): VNode {
  const t = useWords(words);
  const me = useLoad<Me>("/me");
  return (
    <>
      <PageHeader title={t.title} />
      <Failure error={me.error} onRetry={me.reload} />
      <div class="columns">
        <div class="stack">
          <Profile me={me.data} />
          <Arrangement />
        </div>
        <div class="stack">
          <Password me={me.data} />
          {me.data?.signInService && <Identity service={me.data.signInService} external={me.data.external} hasPassword={me.data.hasPassword} address={me.data.knownAs ?? ""} onUnlinked={me.reload} />}
          <Places />
        </div>
      </div>
      <Sessions />
    </>
  );
}

function Profile({ me }: { me: Me | undefined }): VNode {
  const t = useWords(words);
  const user = useUser();
  const [name, setName] = useState(user.name);
  const elsewhere = me !== undefined && me.external && !me.hasPassword;
  const save = useAction(async () => {
    await api.patch("/me", { name: name.trim() });
    await findSession();
    toast(t.saved);
  });
  const changed = name.trim() !== "" && name.trim() !== user.name;
  return (
    <Card title={t.profile}>
      <form class="stack" noValidate onSubmit={(event) => { event.preventDefault(); if (changed) void save.run(); }}>
        <Failure error={save.error} />
        <TextField label={t.name} value={name} onInput={setName} autocomplete="name" most={100} readonly={elsewhere} help={elsewhere && t.nameElsewhere} />
        <TextField label={t.email} value={user.email} onInput={() => undefined} readonly help={t.emailHelp} />
        {!elsewhere && <div class="row end"><Button type="submit" variant="primary" busy={save.busy} disabled={!changed}>{t.save}</Button></div>}
      </form>
    </Card>
  );
}

function Arrangement(): VNode {
  const t = useWords(words);
  const shell = useWords(shellWords);
  const now = useCell(locale);
  const look = useCell(theme);
  return (
    <Card title={t.arrangement}>
      <div class="stack">
        <Select label={t.language} value={now} options={locales.map((value) => ({ value, label: localeNames[value] }))} onChange={chooseLocale} />
        <RadioGroup label={t.theme} variant="segments" value={look} onChange={chooseTheme} options={themes.map((value) => ({ value, label: shell.themes[value], icon: ({ system: "screen", light: "sun", dark: "moon" } as const)[value] }))} />
      </div>
    </Card>
  );
}

function Places(): VNode | null {
  const t = useWords(words);
  const shell = useWords(shellWords);
  const now = useCell(session);
  if (now.state !== "in") return null;
  return (
    <Card title={t.roles}>
      <DescriptionList items={now.instances.map((one) => ({ term: one.name, value: <span class="row">{shell.roles[one.role]}{one.kind === "test" && <Pill tone="test">{shell.test}</Pill>}</span> }))} />
    </Card>
  );
}

function Password({ me }: { me: Me | undefined }): VNode {
  const t = useWords(words);
  const door = useWords(doorWords);
  const user = useUser();
  const [current, setCurrent] = useState("");
  const [fresh, setFresh] = useState("");
  const [tried, setTried] = useState(false);
  const wrong = { current: current ? undefined : t.currentNeeded, fresh: passwordProblem(fresh, door) };
  const change = useAction(async () => {
    await api.post("/me/password", { current, password: fresh });
    setCurrent("");
    setFresh("");
    setTried(false);
    toast(t.changed);
  });
  if (me && !me.hasPassword) return <Card title={t.passwordTitle}><p class="soft">{t.passwordElsewhere}</p></Card>;
  if (!me) return <Card title={t.passwordTitle}><Skeleton height={190} /></Card>;
  return (
    <Card title={t.passwordTitle}>
      <form
        class="stack" noValidate
        onSubmit={(event) => {
          event.preventDefault();
          setTried(true);
          if (!wrong.current && !wrong.fresh) void change.run();
        }}
      >
        {change.error && <Banner tone="bad">{change.error.message}</Banner>}
        <input type="hidden" autocomplete="username" value={user.email} />
        <TextField label={t.current} type="password" value={current} onInput={setCurrent} autocomplete="current-password" error={tried ? wrong.current : undefined} />
        <NewPassword label={t.fresh} value={fresh} onInput={setFresh} error={tried ? wrong.fresh : undefined} />
        <div class="row end"><Button type="submit" busy={change.busy}>{t.change}</Button></div>
      </form>
    </Card>
  );
}

function Sessions(): VNode {
  const t = useWords(words);
  const list = useLoad<{ results: StaffSession[] }>("/me/sessions");
  const others = list.data?.results.filter(({ current }) => !current).length ?? 0;
  const endOthers = async (): Promise<void> => {
    const done = await confirm({ title: t.endOthersTitle, body: t.endOthersBody(others), action: t.endOthers, danger: true, perform: () => api.delete("/me/sessions") });
    if (!done) return;
    list.reload();
    toast(t.othersEnded);
  };
  const end = useAction(async (one: StaffSession) => {
    await api.delete(`/me/sessions/${one.id}`);
    list.set((now) => now && { results: now.results.filter(({ id }) => id !== one.id) });
    toast(t.ended);
  });
  return (
    <Card title={t.sessions} description={t.sessionsIntro} flush actions={others > 0 && <Button variant="danger" onClick={() => void endOthers()}>{t.endOthers}</Button>}>
      <Failure error={end.error} />
      <SessionTable sessions={list.data?.results} loading={list.loading} error={list.error} retry={list.reload} onEnd={(one) => void end.run(one)} />
    </Card>
  );
}
