import type { VNode } from "preact";
import { useState } from "preact/hooks";
import { api } from "../../api.ts";
import { date, useWords } from "../../i18n.ts";
import { Button, Dialog, Failure, PageHeader, Pill, RadioGroup, Table, TextField, toast } from "../../kit/index.ts";
import { kitWords } from "../../kit/words.ts";
import { useAction, useLoad } from "../../load.ts";
import { chooseInstance, findSession, useInstance, type Role } from "../../session.ts";
import { shellWords } from "../../words/index.ts";
import { words } from "./instances-words.ts";

interface Workplace {
  id: string;
  name: string;
  kind: "live" | "test";
  role: Role;
  created: string;
}

export default function InstancesPage(): VNode {
  const t = useWords(words);
  const shell = useWords(shellWords);
  const here = useInstance();
  const list = useLoad<{ results: Workplace[] }>("/instances");
  const [open, setOpen] = useState<"new" | Workplace>();
  const done = async (text: string): Promise<void> => {
    setOpen(undefined);
    toast(text);
    list.reload();
    // The switcher in the top bar names them too.
    await findSession();
  };
  return (
    <>
      <PageHeader title={t.title} description={t.intro} actions={<Button variant="primary" icon="add" onClick={() => setOpen("new")}>{t.add}</Button>} />
      <Table<Workplace>
        label={t.title} rows={list.data?.results} loading={list.loading} error={list.error} onRetry={list.reload} rowKey={({ id }) => id} rowName={({ name }) => name} skeletonRows={2}
        rowMenu={(one) => [
          ...(one.id === here?.id ? [] : [{ label: t.switchTo, icon: "right" as const, onSelect: () => chooseInstance(one.id) }]),
          { label: t.rename, icon: "edit", onSelect: () => setOpen(one) },
        ]}
        columns={[
          { id: "name", header: t.name, cell: (one) => <span class="row"><strong>{one.name}</strong>{one.id === here?.id && <Pill icon={null}>{t.here}</Pill>}</span> },
          { id: "kind", header: t.kind, cell: (one) => (one.kind === "test" ? <Pill tone="test">{t.test}</Pill> : <Pill tone="good">{t.live}</Pill>) },
          { id: "role", header: t.role, cell: (one) => shell.roles[one.role] },
          { id: "created", header: t.created, cell: (one) => <span class="numeric">{date(one.created)}</span> },
        ]}
      />
      {open === "new" && <NewInstance onClose={() => setOpen(undefined)} onDone={(name) => void done(t.made(name))} />}
      {open && open !== "new" && <Rename one={open} onClose={() => setOpen(undefined)} onDone={() => void done(t.renamed)} />}
    </>
  );
}

const most = 50;
const fits = (name: string): boolean => name.trim() !== "" && [...name.trim()].length <= most;

function NewInstance({ onClose, onDone }: { onClose: () => void; onDone: (name: string) => void }): VNode {
  const t = useWords(words);
  const kit = useWords(kitWords);
  const [name, setName] = useState("");
  const [kind, setKind] = useState<"live" | "test">("test");
  const [tried, setTried] = useState(false);
  const create = useAction(async () => {
    await api.post("/instances", { name: name.trim(), kind });
    onDone(name.trim());
  });
  return (
    <Dialog
      open title={t.createTitle} onClose={onClose} locked={create.busy} onSubmit={() => { setTried(true); if (fits(name)) void create.run(); }}
      footer={<><Button onClick={onClose}>{kit.cancel}</Button><Button type="submit" variant="primary" busy={create.busy}>{t.create}</Button></>}
    >
      <div class="stack">
        <Failure error={create.error} />
        <TextField label={t.name} value={name} onInput={setName} most={most} help={t.createHelp} error={tried && !fits(name) ? t.nameNeeded : undefined} required />
        <RadioGroup label={t.kind} variant="cards" value={kind} onChange={setKind} options={[{ value: "test", label: t.test, help: t.testHelp }, { value: "live", label: t.live, help: t.liveHelp }]} />
      </div>
    </Dialog>
  );
}

function Rename({ one, onClose, onDone }: { one: Workplace; onClose: () => void; onDone: () => void }): VNode {
  const t = useWords(words);
  const kit = useWords(kitWords);
  const [name, setName] = useState(one.name);
  const save = useAction(async () => {
    await api.patch(`/instances/${one.id}`, { name: name.trim() });
    onDone();
  });
  return (
    <Dialog
      open size="narrow" title={t.renameTitle(one.name)} onClose={onClose} locked={save.busy} onSubmit={() => fits(name) && void save.run()}
      footer={<><Button onClick={onClose}>{kit.cancel}</Button><Button type="submit" variant="primary" busy={save.busy}>{t.save}</Button></>}
    >
      <div class="stack">
        <Failure error={save.error} />
        <TextField label={t.name} value={name} onInput={setName} most={most} error={fits(name) ? undefined : t.nameNeeded} required />
      </div>
    </Dialog>
  );
}
