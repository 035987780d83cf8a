import type { VNode } from "preact";
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import type { ApiError } from "../../api.ts";
import { api } from "../../api.ts";
import { useWords } from "../../i18n.ts";
import { Banner, Button, Combobox, Dialog, Failure, Field, IconButton, Skeleton, TextArea, TextField, toast, type Option } from "../../kit/index.ts";
import { useAction, useLoad } from "../../load.ts";
import { navigate } from "../../router.ts";
import { useMay } from "../../session.ts";
import { Share } from "./share.tsx";
import { products, type Company, type Links, type Named } from "./types.ts";
import { words } from "./words.ts";

/** A company as it is typed. */
interface Draft {
  name: string;
  description: string;
  tags: { key: string; value: string }[];
  owners: Option[];
  products: Option[];
}

const asOption = (id: string): Option => ({ value: id, label: products[id] ?? id });

const most = { name: 100, description: 200, tags: 10, key: 27, value: 100 };

function Fields({ draft, onChange, error, autofocus }: { draft: Draft; onChange: (draft: Draft) => void; error?: ApiError | undefined; autofocus?: boolean }): VNode {
  const t = useWords(words);
  const { data: people } = useLoad<{ results: Named[] }>("/owners");
  const may = useMay();
  // What software has written may be longer; to keep it is no mistake.
  const longer = useRef(draft.description.length).current;
  const tagRows = useRef<HTMLDivElement>(null);
  const adding = useRef(false);
  useLayoutEffect(() => {
    if (adding.current) [...tagRows.current!.querySelectorAll(".tag-row")].at(-1)?.querySelector("input")?.focus();
    adding.current = false;
  }, [draft.tags.length]);
  const addTag = (): void => {
    adding.current = true;
    put({ tags: [...draft.tags, { key: "", value: "" }] });
  };
  const put = (change: Partial<Draft>): void => onChange({ ...draft, ...change });
  const putTag = (at: number, change: Partial<Draft["tags"][number]>): void => put({ tags: draft.tags.map((tag, index) => (index === at ? { ...tag, ...change } : tag)) });
  return (
    <>
      <TextField label={t.name} value={draft.name} onInput={(name) => put({ name })} help={t.nameHelp} error={error?.problem("name")} required autofocus={autofocus} />
      <TextArea label={t.description} value={draft.description} onInput={(description) => put({ description })} help={t.descriptionHelp} error={error?.problem("description")} most={Math.max(most.description, longer)} rows={2} optional />
      <Field label={t.tags} help={t.tagsHelp} error={error?.problem("tags")} optional>
        {(control) => (
          <div class="stack tight" ref={tagRows} id={control.id} role="group" aria-label={t.tags} aria-describedby={control["aria-describedby"]}>
            {draft.tags.map((tag, at) => (
              <div class="tag-row" key={at}>
                <TextField label={t.tagKey} hideLabel value={tag.key} onInput={(key) => putTag(at, { key: key.slice(0, most.key) })} placeholder={t.tagKey} />
                <TextField label={t.tagValue} hideLabel value={tag.value} onInput={(value) => putTag(at, { value: value.slice(0, most.value) })} placeholder={t.tagValue} />
                <IconButton icon="bin" label={t.tagRemove(tag.key)} onClick={() => put({ tags: draft.tags.filter((_, index) => index !== at) })} />
              </div>
            ))}
            {draft.tags.length < most.tags && <div><Button size="small" icon="add" onClick={addTag}>{t.tagAdd}</Button></div>}
          </div>
        )}
      </Field>
      {(people?.results.length ?? 0) > 0 && (
        <Combobox label={t.owners} multiple value={draft.owners} onChange={(owners) => put({ owners })} options={people!.results.map(({ id, name }) => ({ value: id, label: name }))} help={t.ownersHelp} optional />
      )}
      {may("products.edit") && <Combobox label={t.products} multiple value={draft.products} onChange={(chosen) => put({ products: chosen })} options={Object.keys(products).map(asOption)} help={t.productsHelp} optional />}
    </>
  );
}

function bodyOf(draft: Draft): Record<string, unknown> {
  return {
    name: draft.name.trim(), description: draft.description.trim(),
    tags: Object.fromEntries(draft.tags.filter(({ key }) => key.trim()).map(({ key, value }) => [key.trim(), value.trim()])),
    owners: draft.owners.map(({ value }) => value),
  };
}

/** Asks for a name, makes the company, and hands over its link. */
export function CreateCompany({ onClose, onCreated }: { onClose: () => void; onCreated: () => void }): VNode {
  const t = useWords(words);
  const [draft, setDraft] = useState<Draft>({ name: "", description: "", tags: [], owners: [], products: [] });
  const [made, setMade] = useState<{ company: Company; url: string; asked: string }>();
  const create = useAction(async () => {
    const company = await api.post<Company>("/companies", { ...bodyOf(draft), ...(draft.products.length && { products: draft.products.map(({ value }) => value) }) });
    onCreated();
    const { hosted } = await api.post<Links>(`/companies/${company.id}/links`);
    setMade({ company, url: hosted, asked: draft.name.trim() });
  });
  if (made) {
    const { company, url, asked } = made;
    return (
      <Dialog
        open title={t.doneTitle(company.name)} onClose={onClose}
        footer={<><Button onClick={() => { onClose(); void navigate(`/companies/${company.id}`); }}>{t.openPage}</Button><Button variant="primary" onClick={onClose}>{t.close}</Button></>}
      >
        <div class="stack">{company.name !== asked && <Banner tone="info">{t.renamed(asked)}</Banner>}<p>{t.doneText}</p><Share url={url} company={company.name} /></div>
      </Dialog>
    );
  }
  return (
    <Dialog
      open title={t.create} onClose={onClose} locked={create.busy} onSubmit={() => draft.name.trim() && void create.run()}
      footer={<><Button onClick={onClose} disabled={create.busy}>{t.cancel}</Button><Button type="submit" variant="primary" busy={create.busy} disabled={!draft.name.trim()}>{t.createAction}</Button></>}
    >
      <div class="stack">
        <Failure error={create.error} />
        <Fields draft={draft} onChange={setDraft} error={create.error} autofocus />
      </div>
    </Dialog>
  );
}

/** Each product is switched by itself: some who may change a company may not change these. */
async function changeProducts(id: string, before: readonly string[], after: readonly string[]): Promise<void> {
  for (const one of after.filter((product) => !before.includes(product))) await api.put(`/companies/${id}/products/${one}`);
  for (const one of before.filter((product) => !after.includes(product))) await api.delete(`/companies/${id}/products/${one}`);
}

/** Changes what staff know of a company. */
export function EditCompany({ id, onClose, onSaved }: { id: string; onClose: () => void; onSaved: () => void }): VNode {
  const t = useWords(words);
  const company = useLoad<Company>(`/companies/${id}`);
  const people = useLoad<{ results: Named[] }>("/owners");
  const [draft, setDraft] = useState<Draft>();
  const of = company.data;
  const names = people.data?.results;
  const shown = draft ?? (of && (names || people.error) ? {
    name: of.name, description: of.description ?? "", tags: Object.entries(of.tags ?? {}).map(([key, value]) => ({ key, value })),
    owners: (of.ownerUserIds ?? []).map((value) => ({ value, label: names?.find((one) => one.id === value)?.name ?? value })),
    products: of.products.map(asOption),
  } : undefined);
  const save = useAction(async () => {
    const body = bodyOf(shown!);
    const before = { name: of!.name, description: of!.description ?? "", tags: of!.tags ?? {}, owners: of!.ownerUserIds ?? [] };
    const now = await api.patch<Company>(`/companies/${id}`, body);
    const chosen = shown!.products.map(({ value }) => value);
    await changeProducts(id, of!.products, chosen);
    onSaved();
    onClose();
    toast({ text: now.name === body.name ? t.saved : t.savedAs(now.name), undo: async () => { await api.patch(`/companies/${id}`, before); await changeProducts(id, chosen, of!.products); onSaved(); } });
  });
  return (
    <Dialog
      open title={of ? t.editTitle(of.name) : t.edit} onClose={onClose} locked={save.busy} onSubmit={() => shown?.name.trim() && void save.run()}
      footer={<><Button onClick={onClose} disabled={save.busy}>{t.cancel}</Button><Button type="submit" variant="primary" busy={save.busy} disabled={!shown?.name.trim()}>{t.save}</Button></>}
    >
      <div class="stack">
        <Failure error={company.error ?? save.error} />
        {shown ? <Fields draft={shown} onChange={setDraft} error={save.error} /> : !company.error && <Skeleton height={260} />}
      </div>
    </Dialog>
  );
}
