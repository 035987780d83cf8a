import type { VNode } from "preact";
import { api } from "../../api.ts";
import { useWords } from "../../i18n.ts";
import { Card, confirm, Failure, Skeleton, Switch, toast } from "../../kit/index.ts";
import { useAction, useLoad } from "../../load.ts";
import { words } from "./users-words.ts";

interface CompanySettings {
  ownedOnly: boolean;
}

/** Whether three of the roles see only the companies that they own (link.md 5.5). */
export function CompanyPermissions(): VNode {
  const t = useWords(words);
  const { data, error, reload, set } = useLoad<CompanySettings>("/settings/companies");
  const put = async (ownedOnly: boolean): Promise<void> => set(await api.put<CompanySettings>("/settings/companies", { ownedOnly }));
  const change = useAction(async (ownedOnly: boolean) => {
    await put(ownedOnly);
    toast({ text: ownedOnly ? t.ownedOnlyOn : t.ownedOnlyOff, undo: () => put(!ownedOnly) });
  });
  const choose = async (on: boolean): Promise<void> => {
    // Companies that nobody owns are then out of sight for most.
    if (on && !(await confirm({ title: t.ownedOnlyTitle, body: t.ownedOnlyBody, action: t.ownedOnlyAction }))) return;
    await change.run(on);
  };
  return (
    <Card title={t.permissions}>
      <div class="stack">
        <Failure error={error ?? change.error} onRetry={error && reload} />
        {data ? <Switch label={t.ownedOnly} help={t.ownedOnlyHelp} checked={data.ownedOnly} onChange={(on) => void choose(on)} disabled={change.busy} /> : !error && <Skeleton height={44} />}
      </div>
    </Card>
  );
}
