import type { VNode } from "preact";
import { useState } from "preact/hooks";
import { api, tagOf } from "../../../api.ts";
import { here } from "../../../here.ts";
import { useWords } from "../../../i18n.ts";
import { Button, Card, ColorField, Failure, FilePicker, PageHeader, RadioGroup, Skeleton, TextField, toast } from "../../../kit/index.ts";
import { useAction, useLoad } from "../../../load.ts";
import { useUser } from "../../../session.ts";
import { useAutosave } from "../autosave.ts";
import { Beside, Preview } from "../preview/preview.tsx";
import { Saved } from "../saved.tsx";
import { ClashBanner, Former } from "../former.tsx";
import { listChanges, type Held, type SettingsKind } from "../shared.ts";
import { takeBack } from "../undo.ts";
import type { LinkSettings } from "../link/types.ts";
import { words } from "./words.ts";

interface Branding {
  heroUrl: string;
  primaryColor: string;
  secondaryColor: string;
  colorScheme: "" | "light" | "dark";
}

/** What the API answers besides. */
type StoredBranding = Branding & { contrast?: unknown };

interface Profile {
  name: string;
  redirectUrl: string;
  logoUrl?: string;
  iconUrl?: string;
  whiteListUrls?: string[] | null;
}

const kinds = {
  logo: { accept: ["image/png", "image/jpeg", "image/gif", "image/svg+xml"], names: "PNG, JPG, GIF, SVG", most: 10e6 },
  icon: { accept: ["image/x-icon", "image/vnd.microsoft.icon", "image/png", ".ico"], names: "ICO, PNG", most: 500e3 },
  hero: { accept: ["image/png", "image/jpeg"], names: "PNG, JPG", most: 10e6 },
} as const;

function Picture({ kind, url, onChanged }: { kind: keyof typeof kinds; url: string | undefined; onChanged: () => Promise<void> }): VNode {
  const t = useWords(words);
  const give = useAction(async (file: File) => {
    await api.put(`/settings/branding/${kind}`, undefined, { raw: file });
    await onChanged();
    toast(t.uploaded(t[kind]));
  });
  const remove = useAction(async () => {
    await api.delete(`/settings/branding/${kind}`);
    await onChanged();
    toast(t.removed(t[kind]));
  });
  return (
    <FilePicker
      label={t[kind]} help={t[`${kind}Help`]} accept={kinds[kind].accept} acceptNames={kinds[kind].names} maxBytes={kinds[kind].most}
      busy={give.busy || remove.busy} error={(give.error ?? remove.error)?.message} preview={url ? here(url) : undefined} previewAlt={t.current(t[kind])} onPick={(file) => void give.run(file)}
      actions={url ? <Button size="small" variant="quiet" icon="bin" onClick={() => void remove.run()}>{t.remove}</Button> : undefined}
    />
  );
}

const only = ({ heroUrl, primaryColor, secondaryColor, colorScheme }: StoredBranding): Branding => ({ heroUrl, primaryColor, secondaryColor, colorScheme });

/** The members that this page has, with the tag of the answer. */
const held = (answer: StoredBranding): Held<Branding> => ({ value: only(answer), tag: tagOf(answer) });
const heldProfile = (answer: Profile): Held<Profile> => ({ value: answer, tag: tagOf(answer) });

const getBranding = (): Promise<StoredBranding> => api.get<StoredBranding>("/settings/branding");
const getProfile = (): Promise<Profile> => api.get<Profile>("/profile");

function Editor({ branding, profile, link }: { branding: StoredBranding; profile: Profile; link: LinkSettings | undefined }): VNode {
  const t = useWords(words);
  const me = useUser();
  // The version that the last change here has replaced, which is what can be taken back.
  const [last, setLast] = useState("");
  const look = useAutosave<Branding>(held(branding), {
    kind: "branding", shape: only, read: getBranding,
    put: (draft, match) => api.put<StoredBranding>("/settings/branding", draft, { match }),
  }, setLast);
  const name = useAutosave<Profile>(heldProfile(profile), {
    kind: "profile", read: getProfile, put: (draft, match) => api.put<Profile>("/profile", draft, { match }),
  }, setLast);
  const reload = async (): Promise<void> => {
    look.show(held(await getBranding()));
    name.show(heldProfile(await getProfile()));
  };
  const undo = async (): Promise<void> => {
    await takeBack(last);
    setLast("");
    await reload();
    toast(t.undone);
  };
  const pictureChanged = (kind: SettingsKind) => async (): Promise<void> => {
    // Somebody else may have changed something in between: only one's own change can be taken back.
    setLast((await listChanges(kind)).find(({ actor }) => actor === `user:${me.id}`)?.id ?? "");
    if (kind === "branding") {
      const { heroUrl } = await getBranding();
      look.merge({ heroUrl });
    } else {
      const { logoUrl, iconUrl } = await getProfile();
      name.merge({ logoUrl, iconUrl });
    }
  };
  const state = look.state === "failed" || name.state === "failed" ? "failed" : look.state === "saving" || name.state === "saving" ? "saving" : "saved";
  return (
    <Beside
      formLabel={t.form}
      form={(
        <>
          <div class="row end"><Saved state={state} changed={last !== ""} onUndo={undo} onRetry={() => { look.retry(); name.retry(); }} /></div>
          {look.clash && <ClashBanner of={look.clash} onMine={look.insist} onTheirs={look.yield} />}
          {name.clash && <ClashBanner of={name.clash} onMine={name.insist} onTheirs={name.yield} />}
          <Failure error={look.error ?? (name.error?.problem("name") ? undefined : name.error)} />
          <Card title={t.names}>
            <TextField label={t.name} value={name.draft.name} onInput={(to) => name.set({ name: to })} most={50} help={t.nameHelp} error={name.error?.problem("name")} required />
          </Card>
          <Card title={t.colours}>
            <div class="stack">
              <ColorField label={t.primary} help={t.primaryHelp} value={look.draft.primaryColor} onChange={(primaryColor) => look.set({ primaryColor })} samples={["#14495c", "#1d4ed8", "#0f766e", "#7c2d12", "#6d28d9", "#111827"]} sample={t.sample} />
              <ColorField label={t.secondary} help={t.secondaryHelp} value={look.draft.secondaryColor} onChange={(secondaryColor) => look.set({ secondaryColor })} least={1} samples={["#0b2a36", "#f1f5f9", "#1e293b", "#ecfdf5"]} />
              <RadioGroup label={t.scheme} variant="segments" value={look.draft.colorScheme} onChange={(colorScheme) => look.set({ colorScheme })} options={(["", "light", "dark"] as const).map((value) => ({ value, label: t.schemes[value] }))} />
            </div>
          </Card>
          <Card title={t.pictures}>
            <div class="stack wide">
              <Picture kind="logo" url={name.draft.logoUrl} onChanged={pictureChanged("profile")} />
              <Picture kind="icon" url={name.draft.iconUrl} onChanged={pictureChanged("profile")} />
              <Picture kind="hero" url={look.draft.heroUrl} onChanged={pictureChanged("branding")} />
            </div>
          </Card>
        </>
      )}
      preview={<Preview link={link} draft={{ branding: look.draft, profile: { name: name.draft.name, logoUrl: name.draft.logoUrl, iconUrl: name.draft.iconUrl } }} locales={link?.locales ?? ["en-US"]} screen="main" />}
    />
  );
}

export default function BrandingPage(): VNode {
  const t = useWords(words);
  const branding = useLoad<StoredBranding>("/settings/branding");
  const profile = useLoad<Profile>("/profile");
  const link = useLoad<LinkSettings>("/settings/link");
  const error = branding.error ?? profile.error;
  return (
    <>
      <PageHeader title={t.title} description={t.description} actions={<Former kinds={["branding", "profile"]} onRestored={() => { branding.reload(); profile.reload(); }} />} />
      <Failure error={error} onRetry={() => { branding.reload(); profile.reload(); }} />
      {branding.data && profile.data && (link.data || link.error) ? <Editor branding={branding.data} profile={profile.data} link={link.data} /> : !error && <Skeleton height={520} />}
    </>
  );
}
