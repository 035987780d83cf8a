import type { VNode } from "preact";
import { useState } from "preact/hooks";
import { api } from "../../api.ts";
import { dateTime, relative, useWords } from "../../i18n.ts";
import { Avatar, Button, confirm, Drawer, EmptyState, Failure, PageHeader, Pill, Table, TabLinks, TextField, toast, type MenuEntry, type Tone } from "../../kit/index.ts";
import { useAction, useLoad } from "../../load.ts";
import type { PageProps } from "../../router.ts";
import { roles, useUser, type Role } from "../../session.ts";
import { shellWords } from "../../words/index.ts";
import { SessionTable, type StaffSession } from "../account/sessions.tsx";
import { EditUser, InviteUser, LinkToHandOn, type Link } from "./user-forms.tsx";
import { StaffHistory } from "./users-history.tsx";
import { CompanyPermissions } from "./users-permissions.tsx";
import { words } from "./users-words.ts";

export interface Person {
  id: string;
  name: string;
  email: string;
  role: Role;
  status: "Active" | "Invited" | "Disabled";
  external: boolean;
  lastSignIn?: string | null;
  created: string;
}

const tones: Record<Person["status"], Tone> = { Active: "good", Invited: "info", Disabled: "neutral" };

const order = {
  name: (a: Person, b: Person) => a.name.localeCompare(b.name),
  role: (a: Person, b: Person) => roles.indexOf(a.role) - roles.indexOf(b.role),
  lastSignIn: (a: Person, b: Person) => (a.lastSignIn ?? "").localeCompare(b.lastSignIn ?? ""),
};

const folded = (text: string): string => text.normalize("NFD").replace(/\p{M}/gu, "").toLocaleLowerCase();

export default function UsersPage({ params: { tab = "people" } }: PageProps): VNode {
  const t = useWords(words);
  const [inviting, setInviting] = useState(false);
  return (
    <>
      <PageHeader title={t.title} description={t.intro} actions={tab !== "history" && <Button variant="primary" icon="add" onClick={() => setInviting(true)}>{t.invite}</Button>}>
        <TabLinks label={t.title} current={tab} tabs={[{ id: "people", label: t.people, href: "/portal/settings/users" }, { id: "history", label: t.history, href: "/portal/settings/users/history" }]} />
      </PageHeader>
      {tab === "history" ? <StaffHistory /> : <People inviting={inviting} onInvited={() => setInviting(false)} />}
    </>
  );
}

function People({ inviting, onInvited }: { inviting: boolean; onInvited: () => void }): VNode {
  const t = useWords(words);
  const shell = useWords(shellWords);
  const me = useUser();
  const list = useLoad<{ results: Person[] }>("/users");
  const [open, setOpen] = useState<{ kind: "edit" | "sessions"; person: Person } | { kind: "link"; link: Link }>();
  const [text, setText] = useState("");
  const [sort, setSort] = useState("name");
  const by = order[sort.replace("-", "") as keyof typeof order];
  const rows = list.data?.results
    .filter(({ name, email }) => folded(`${name} ${email}`).includes(folded(text.trim())))
    .sort((a, b) => by(a, b) * (sort.startsWith("-") ? -1 : 1));
  const status = { Active: t.active, Invited: t.invited, Disabled: t.disabled };

  const replace = (person: Person): void => list.set((now) => now && { results: now.results.map((one) => (one.id === person.id ? person : one)) });
  const change = useAction(async (person: Person, body: { disabled: boolean }) => {
    replace(await api.patch<Person>(`/users/${person.id}`, body));
    const set = async (disabled: boolean): Promise<void> => replace(await api.patch<Person>(`/users/${person.id}`, { disabled }));
    toast({ text: body.disabled ? t.disabledDone(person.name) : t.enabledDone(person.name), undo: () => set(!body.disabled) });
  });
  const linkFor = useAction(async (person: Person, kind: "invitation" | "reset") => {
    const made = await api.post<{ url: string; expires: string }>(`/users/${person.id}/${kind === "reset" ? "resetLink" : "invitation"}`);
    setOpen({ kind: "link", link: { ...made, kind, person } });
  });
  const disable = async (person: Person): Promise<void> => {
    if (await confirm({ title: t.disableTitle(person.name), body: t.disableBody, action: t.disable, danger: true })) void change.run(person, { disabled: true });
  };
  const remove = async (person: Person): Promise<void> => {
    const done = await confirm({ title: t.removeTitle(person.name), body: t.removeBody, action: t.remove, danger: true, perform: () => api.delete(`/users/${person.id}`) });
    if (!done) return;
    list.set((now) => now && { results: now.results.filter(({ id }) => id !== person.id) });
    toast(t.removed(person.name));
  };
  const menu = (person: Person): MenuEntry[] => [
    { label: t.edit, icon: "edit", onSelect: () => setOpen({ kind: "edit", person }) },
    ...(person.status === "Invited" ? [{ label: t.newInvitation, icon: "link" as const, onSelect: () => void linkFor.run(person, "invitation") }] : []),
    ...(person.status === "Active" && !person.external ? [{ label: t.resetLink, icon: "key" as const, onSelect: () => void linkFor.run(person, "reset") }] : []),
    { label: t.sessions, icon: "screen", onSelect: () => setOpen({ kind: "sessions", person }) },
    "-",
    person.status === "Disabled"
      ? { label: t.enable, icon: "ok", onSelect: () => void change.run(person, { disabled: false }) }
      : { label: t.disable, icon: "lock", danger: true, onSelect: () => void disable(person) },
    { label: t.remove, icon: "bin", danger: true, onSelect: () => void remove(person) },
  ];
  return (
    <>
      <Failure error={change.error ?? linkFor.error} />
      {(list.data?.results.length ?? 0) > 8 && <div class="narrow"><TextField label={t.search} hideLabel placeholder={t.search} type="search" value={text} onInput={setText} /></div>}
      <Table<Person>
        label={t.title} rows={rows} loading={list.loading} error={list.error} onRetry={list.reload} rowKey={({ id }) => id} rowName={({ name }) => name} rowMenu={menu} sort={sort} onSort={setSort}
        foot={rows && t.count(rows.length)} empty={<EmptyState icon="users" title={t.none} />}
        columns={[
          { id: "name", header: t.name, sort: "name", cell: (one) => (
            <span class="person"><Avatar name={one.name} /><span class="who"><span class="row"><strong>{one.name}</strong>{one.id === me.id && <Pill icon={null}>{t.you}</Pill>}</span><span class="soft small">{one.email}</span></span></span>
          ) },
          { id: "role", header: t.role, sort: "role", width: "150px", cell: (one) => shell.roles[one.role] },
          { id: "status", header: t.status, width: "130px", cell: (one) => <span class="row"><Pill tone={tones[one.status]}>{status[one.status]}</Pill>{one.external && <Pill icon={null}>{t.bySso}</Pill>}</span> },
          { id: "lastSignIn", header: t.lastSignIn, sort: "lastSignIn", first: "down", width: "160px", cell: (one) => (one.lastSignIn ? <span title={dateTime(one.lastSignIn)}>{relative(one.lastSignIn)}</span> : <span class="soft">{t.never}</span>) },
        ]}
      />
      {list.data && <CompanyPermissions />}
      {inviting && <InviteUser onClose={onInvited} onDone={(person, link) => {
        onInvited();
        list.set((now) => now && { results: [...now.results.filter(({ id }) => id !== person.id), person] });
        if (link) return setOpen({ kind: "link", link: { ...link, kind: "invitation", person } });
        setOpen(undefined);
        toast(t.joined(person.name));
      }} />}
      {open?.kind === "edit" && <EditUser person={open.person} onClose={() => setOpen(undefined)} onDone={(person) => {
        replace(person);
        setOpen(undefined);
        toast(t.saved(person.name));
      }} />}
      {open?.kind === "link" && <LinkToHandOn link={open.link} onClose={() => setOpen(undefined)} />}
      {open?.kind === "sessions" && <SessionsOf person={open.person} onClose={() => setOpen(undefined)} />}
    </>
  );
}

function SessionsOf({ person, onClose }: { person: Person; onClose: () => void }): VNode {
  const t = useWords(words);
  const list = useLoad<{ results: StaffSession[] }>(`/users/${person.id}/sessions`);
  const endAll = async (): Promise<void> => {
    const done = await confirm({ title: t.endAllTitle(person.name), body: t.endAllBody, action: t.endAll, danger: true, perform: () => api.delete(`/users/${person.id}/sessions`) });
    if (!done) return;
    toast(t.allEnded);
    onClose();
  };
  const none = list.data?.results.length === 0;
  return (
    <Drawer open title={t.sessionsTitle(person.name)} onClose={onClose} footer={!none && <Button variant="danger" disabled={!list.data} onClick={() => void endAll()}>{t.endAll}</Button>}>
      {none ? <EmptyState icon="screen" title={t.noSessions} /> : <SessionTable sessions={list.data?.results} loading={list.loading} error={list.error} retry={list.reload} />}
    </Drawer>
  );
}
