import type { VNode } from "preact";
import { useState } from "preact/hooks";
import { api } from "../../api.ts";
import { dateTime, useWords } from "../../i18n.ts";
import { Button, CopyField, Dialog, Failure, RadioGroup, TextField } from "../../kit/index.ts";
import { kitWords } from "../../kit/words.ts";
import { useAction } from "../../load.ts";
import { roles, type Role } from "../../session.ts";
import { shellWords } from "../../words/index.ts";
import { looksLikeEmail } from "../door/linked.tsx";
import { words } from "./users-words.ts";
import type { Person } from "./users.tsx";

/** A link that works once, to be handed on by whoever made it. */
export interface Link {
  kind: "invitation" | "reset";
  url: string;
  expires: string;
  person: Person;
}

function RoleChoice({ value, onChange }: { value: Role | ""; onChange: (role: Role) => void }): VNode {
  const t = useWords(words);
  const shell = useWords(shellWords);
  return <RadioGroup label={t.role} value={value} onChange={onChange} options={roles.map((role) => ({ value: role, label: shell.roles[role], help: t.roleHelp[role] }))} />;
}

export function InviteUser({ onClose, onDone }: { onClose: () => void; onDone: (person: Person, link: { url: string; expires: string } | undefined) => void }): VNode {
  const t = useWords(words);
  const [name, setName] = useState("");
  const [email, setEmail] = useState("");
  const [role, setRole] = useState<Role>("onboarding");
  const [tried, setTried] = useState(false);
  const wrong = { name: name.trim() ? undefined : t.nameNeeded, email: looksLikeEmail(email) ? undefined : t.emailNeeded };
  const invite = useAction(async () => {
    const { invitationUrl, expires, ...person } = await api.post<Person & { invitationUrl?: string; expires?: string }>("/users", { name: name.trim(), email: email.trim(), role });
    onDone(person, invitationUrl && expires ? { url: invitationUrl, expires } : undefined);
  });
  return (
    <Dialog
      open title={t.inviteTitle} onClose={onClose} locked={invite.busy}
      onSubmit={() => {
        setTried(true);
        if (!wrong.name && !wrong.email) void invite.run();
      }}
      footer={<><Button onClick={onClose}>{useWords(kitWords).cancel}</Button><Button type="submit" variant="primary" busy={invite.busy}>{t.inviteAction}</Button></>}
    >
      <div class="stack">
        <Failure error={invite.error} />
        <TextField label={t.name} value={name} onInput={setName} error={tried ? wrong.name : undefined} required />
        <TextField label={t.email} type="email" inputmode="email" value={email} onInput={setEmail} error={tried ? wrong.email : undefined} help={t.emailHelp} required />
        <RoleChoice value={role} onChange={setRole} />
      </div>
    </Dialog>
  );
}

export function EditUser({ person, onClose, onDone }: { person: Person; onClose: () => void; onDone: (person: Person) => void }): VNode {
  const t = useWords(words);
  const [name, setName] = useState(person.name);
  const [role, setRole] = useState<Role>(person.role);
  const save = useAction(async () => {
    const changes = { ...(name.trim() !== person.name && { name: name.trim() }), ...(role !== person.role && { role }) };
    onDone(Object.keys(changes).length ? await api.patch<Person>(`/users/${person.id}`, changes) : person);
  });
  return (
    <Dialog
      open title={t.editTitle(person.name)} onClose={onClose} locked={save.busy} onSubmit={() => name.trim() && void save.run()}
      footer={<><Button onClick={onClose}>{useWords(kitWords).cancel}</Button><Button type="submit" variant="primary" busy={save.busy}>{t.save}</Button></>}
    >
      <div class="stack">
        <Failure error={save.error} />
        <TextField label={t.name} value={name} onInput={setName} error={name.trim() ? undefined : t.nameNeeded} required />
        <TextField label={t.email} value={person.email} onInput={() => undefined} readonly />
        <RoleChoice value={role} onChange={setRole} />
        {person.external && <p class="soft small">{t.fromGroups}</p>}
      </div>
    </Dialog>
  );
}

export function LinkToHandOn({ link, onClose }: { link: Link; onClose: () => void }): VNode {
  const t = useWords(words);
  const { person, url } = link;
  const until = dateTime(link.expires);
  const reset = link.kind === "reset";
  const mail = `mailto:${encodeURIComponent(person.email)}?subject=${encodeURIComponent(t.mailSubject)}&body=${encodeURIComponent(t.mailBody(person.name, url))}`;
  return (
    <Dialog open title={reset ? t.resetTitle(person.name) : t.linkTitle(person.name)} onClose={onClose} footer={<>{!reset && <Button href={mail} icon="mail">{t.mail}</Button>}<Button variant="primary" onClick={onClose}>{t.done}</Button></>}>
      <div class="stack">
        <p>{reset ? t.resetIntro(until) : t.linkIntro(until)}</p>
        <CopyField label={reset ? t.resetLabel : t.linkLabel} value={url} />
      </div>
    </Dialog>
  );
}
