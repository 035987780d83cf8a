import type { VNode } from "preact";
import { api } from "../../api.ts";
import { useWords } from "../../i18n.ts";
import { Card, confirm, Failure, PageHeader, Skeleton, Switch, toast } from "../../kit/index.ts";
import { useAction, useLoad } from "../../load.ts";
import { useInstance } from "../../session.ts";
import { words } from "./access-words.ts";

type Access = Record<"credentials" | "proxy" | "export", boolean>;

/** What keys may do with the grants behind connections. Each switch holds at once, and can be undone. */
export default function AccessPage(): VNode {
  const t = useWords(words);
  const settings = useLoad<Access>("/settings/access");
  const now = settings.data;
  // Anybody who configures may close a door; opening it takes more.
  const mayOpen = useInstance()?.role === "administrator";
  const put = async (next: Access): Promise<void> => settings.set(await api.put<Access>("/settings/access", next));
  const change = useAction(async (name: keyof Access, on: boolean) => {
    const before = now!;
    await put({ ...before, [name]: on });
    toast({ text: on ? t.on(t[name]) : t.off(t[name]), ...(mayOpen && { undo: () => put(before) }) });
  });
  const set = async (name: keyof Access, on: boolean): Promise<void> => {
    if (!on && !(await confirm({ title: t.offTitle(t[name]), body: <>{t.offBody} {!mayOpen && t.administrators}</>, action: t.offAction, danger: true }))) return;
    await change.run(name, on);
  };
  return (
    <>
      <PageHeader title={t.title} description={t.intro} />
      <Failure error={settings.error} onRetry={settings.reload} />
      <Failure error={change.error} />
      <div class="narrow">
        <Card footer={<a href="/portal/developers/keys">{t.keys}</a>}>
          {now ? (
            <div class="stack">
              {(["credentials", "proxy", "export"] as const).map((name) => (
                <Switch key={name} after label={<strong>{t[name]}</strong>} help={<>{t[`${name}Help`]} {!mayOpen && !now[name] && t.administrators}</>} checked={now[name]} disabled={change.busy || (!mayOpen && !now[name])} onChange={(on) => void set(name, on)} />
              ))}
            </div>
          ) : !settings.error && <Skeleton height={190} />}
        </Card>
      </div>
    </>
  );
}
