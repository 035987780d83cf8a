import type { VNode } from "preact";
import { adopt } from "../../adopt.ts";
import { useCell } from "../../cell.ts";
import { useWords } from "../../i18n.ts";
import { Banner, Button, Card, CopyField, IconButton, Select, Switch, TextField } from "../../kit/index.ts";
import { roles, session, type Role } from "../../session.ts";
import { shellWords } from "../../words/index.ts";
import css from "./sign-in.css?text";
import { words } from "./sign-in-words.ts";

adopt(css);

export interface Mapping {
  group: string;
  role: Role;
  /** null: every instance. */
  instanceId: string | null;
}

/** A sign-in service as it is edited. */
export interface ServiceForm {
  issuer: string;
  clientId: string;
  /** Empty: the one that is kept. */
  clientSecret: string;
  label: string;
  groupsClaim: string;
  scopes: string;
  /** The service vouches for every address without saying so. */
  trustEmail: boolean;
  mapping: Mapping[];
}

export const emptyService: ServiceForm = { issuer: "", clientId: "", clientSecret: "", label: "", groupsClaim: "groups", scopes: "", trustEmail: false, mapping: [] };

export function Service({ value, onChange, callbackUrl, hasSecret, needed }: { value: ServiceForm; onChange: (next: ServiceForm) => void; callbackUrl: string; hasSecret: boolean; needed: boolean }): VNode {
  const t = useWords(words);
  const set = (change: Partial<ServiceForm>): void => onChange({ ...value, ...change });
  const missing = (text: string): string | undefined => (needed && !text.trim() ? t.needed : undefined);
  return (
    <Card title={t.service}>
      <div class="stack">
        <CopyField label={t.callback} help={t.callbackHelp} value={callbackUrl} />
        <TextField label={t.issuer} type="url" inputmode="url" mono value={value.issuer} onInput={(issuer) => set({ issuer })} help={t.issuerHelp} error={missing(value.issuer)} required />
        <TextField label={t.clientId} mono value={value.clientId} onInput={(clientId) => set({ clientId })} error={missing(value.clientId)} required />
        <TextField label={t.secret} type="password" autocomplete="new-password" value={value.clientSecret} onInput={(clientSecret) => set({ clientSecret })} help={hasSecret && t.secretKept} optional />
        <div class="columns">
          <TextField label={t.label} value={value.label} onInput={(label) => set({ label })} help={t.labelHelp} optional />
          <TextField label={t.claim} mono value={value.groupsClaim} onInput={(groupsClaim) => set({ groupsClaim })} />
        </div>
        <TextField label={t.scopes} mono value={value.scopes} onInput={(scopes) => set({ scopes })} help={t.scopesHelp} optional />
        <Switch label={t.trust} help={t.trustHelp} checked={value.trustEmail} onChange={(trustEmail) => set({ trustEmail })} />
      </div>
    </Card>
  );
}

/** Which group of the service gives which role, and where. */
export function Groups({ value, onChange, needed }: { value: Mapping[]; onChange: (next: Mapping[]) => void; needed: boolean }): VNode {
  const t = useWords(words);
  const shell = useWords(shellWords);
  const now = useCell(session);
  const instances = now.state === "in" ? now.instances : [];
  const set = (at: number, change: Partial<Mapping>): void => onChange(value.map((one, index) => (index === at ? { ...one, ...change } : one)));
  return (
    <Card title={t.groups} description={t.groupsIntro} footer={<Button icon="add" onClick={() => onChange([...value, { group: "", role: "onboarding", instanceId: null }])}>{t.addGroup}</Button>}>
      {value.length ? (
        <div class="stack">
          {value.map((one, at) => (
            <div class="mapping" key={at}>
              <TextField label={t.group} value={one.group} onInput={(group) => set(at, { group })} error={needed && !one.group.trim() ? t.needed : undefined} />
              <Select label={t.role} value={one.role} onChange={(role) => set(at, { role })} options={roles.map((role) => ({ value: role, label: shell.roles[role] }))} />
              <Select
                label={t.where} value={one.instanceId ?? ""} onChange={(id) => set(at, { instanceId: id || null })}
                options={[{ value: "", label: t.everywhere }, ...instances.map(({ id, name }) => ({ value: id, label: name }))]}
              />
              <IconButton icon="bin" label={t.removeGroup(one.group)} onClick={() => onChange(value.filter((_, index) => index !== at))} />
            </div>
          ))}
        </div>
      ) : <Banner tone="neutral">{t.noGroups}</Banner>}
    </Card>
  );
}
