import type { VNode } from "preact";
import { useEffect, useState } from "preact/hooks";
import { adopt } from "../../../adopt.ts";
import { api, ApiError, tagOf } from "../../../api.ts";
import { useCell } from "../../../cell.ts";
import { locale, useWords } from "../../../i18n.ts";
import { Banner, Card, Failure, PageHeader, Pill, Skeleton, Table, TextArea, TextField } from "../../../kit/index.ts";
import { useLoad, useSettled } from "../../../load.ts";
import { useAutosave } from "../autosave.ts";
import { Saved } from "../saved.tsx";
import { ClashBanner, Former } from "../former.tsx";
import { takeBack } from "../undo.ts";
import css from "./redirects.css?text";
import { words } from "./words.ts";

adopt(css);

interface Profile {
  name: string;
  redirectUrl: string;
  logoUrl?: string;
  iconUrl?: string;
  whiteListUrls?: string[] | null;
}

interface Result {
  results: { case: string; url: string; refused?: boolean }[];
  warnings: { code: string; token?: string; message: string }[];
  error?: string;
}

const tokens = ["companyId", "connectionId", "platformName", "platform", "sourceType", "statusCode", "statusText", "errorMessage", "data.company.companyName"];
const lines = (text: string): string[] => text.split("\n").map((line) => line.trim()).filter(Boolean);

/** What is wrong with the list: the line that is, or that there is none. */
function faultOf(error: ApiError | undefined, list: string[], t: { badLine: (line: string) => string; listNeeded: string }): string | undefined {
  const item = error?.problems.find(({ itemId }) => itemId.startsWith("whiteListUrls"))?.itemId;
  const line = list[Number(item?.match(/\[(\d+)\]$/)?.[1] ?? -1)];
  return item && (line === undefined ? t.listNeeded : t.badLine(line));
}

function Tester({ url, allowed, refused }: { url: string; allowed: string[]; refused: boolean }): VNode {
  const t = useWords(words);
  const [sample, setSample] = useState({ companyId: "8a210b68-6988-11ed-a1eb-0242ac120002", companyName: "Harbour Bakery", params: "userId=42" });
  const [result, setResult] = useState<Result>();
  const [error, setError] = useState<ApiError>();
  const body = JSON.stringify({
    redirectUrl: url, allowedRedirectUrls: allowed,
    sample: { companyId: sample.companyId, companyName: sample.companyName, params: Object.fromEntries(lines(sample.params).map((line) => { const [name, ...rest] = line.split("="); return [name!, rest.join("=")]; })) },
  });
  const settled = useSettled(body, 300);
  const language = useCell(locale); // the answer holds sentences
  useEffect(() => {
    if (!url.trim()) return setResult(undefined);
    const stop = new AbortController();
    api.post<Result>("/settings/redirects/preview", JSON.parse(settled), { signal: stop.signal })
      .then((now) => { setResult(now); setError(undefined); }, (thrown) => !stop.signal.aborted && setError(thrown as ApiError));
    return () => stop.abort();
  }, [settled, language]);
  return (
    <Card title={t.test} description={t.testText}>
      <div class="stack">
        <div class="columns">
          <TextField label={t.companyId} value={sample.companyId} onInput={(companyId) => setSample({ ...sample, companyId })} mono />
          <TextField label={t.companyName} value={sample.companyName} onInput={(companyName) => setSample({ ...sample, companyName })} />
          <TextArea label={t.params} value={sample.params} onInput={(params) => setSample({ ...sample, params })} help={t.paramsHelp} rows={2} mono />
        </div>
        <Failure error={error} />
        {result?.error && !refused && <Banner tone="bad">{result.error}</Banner>}
        {(result?.warnings.length ?? 0) > 0 && <Banner tone="warn" title={t.warnings}>{result!.warnings.map(({ code, token, message }) => <p key={code + token}>{message}</p>)}</Banner>}
        {!url.trim() ? <p class="soft">{t.none}</p> : (result?.results.length ?? 0) > 0 && (
          <Table
            label={t.test} rows={result!.results} rowKey={(one) => one.case}
            columns={[
              { id: "case", header: t.ending, cell: (one) => t.cases[one.case] ?? one.case, width: "210px" },
              { id: "url", header: t.leads, cell: ({ url: to, refused: off }) => (off ? <span class="refusal"><Pill tone="bad">{t.refused}</Pill></span> : <code class="wrap-anywhere">{to}</code>) },
            ]}
          />
        )}
      </div>
    </Card>
  );
}

function Editor({ stored }: { stored: Profile }): VNode {
  const t = useWords(words);
  const [last, setLast] = useState("");
  const { draft, set, show, state, error, clash, insist, yield: giveWay, retry } = useAutosave<Profile>({ value: stored, tag: tagOf(stored) }, {
    kind: "profile", read: () => api.get<Profile>("/profile"), put: (profile, match) => api.put<Profile>("/profile", profile, { match }),
  }, setLast);
  const [allowed, setAllowed] = useState((stored.whiteListUrls ?? []).join("\n"));
  // The lines as they are typed; another answer of the server replaces them.
  useEffect(() => {
    if (lines(allowed).join("\n") !== (draft.whiteListUrls ?? []).join("\n")) setAllowed((draft.whiteListUrls ?? []).join("\n"));
  }, [draft.whiteListUrls]);
  const reload = async (): Promise<void> => {
    const now = await api.get<Profile>("/profile");
    show({ value: now, tag: tagOf(now) });
  };
  const undo = async (): Promise<void> => {
    await takeBack(last);
    setLast("");
    await reload();
  };
  return (
    <>
      {clash && <ClashBanner of={clash} onMine={insist} onTheirs={giveWay} />}
      <Card title={t.where} actions={<Saved state={state} changed={last !== ""} onUndo={undo} onRetry={retry} />}>
        <div class="stack">
          {error && !error.problem("redirectUrl") && !error.problem("whiteListUrls") && <Failure error={error} />}
          <TextField label={t.where} hideLabel type="url" value={draft.redirectUrl} onInput={(redirectUrl) => set({ redirectUrl })} help={t.whereHelp} placeholder="https://" error={error?.problem("redirectUrl")} mono />
          <div class="stack tight">
            <h3>{t.placeholders}</h3>
            <p class="soft small">{t.placeholdersText}</p>
            <div class="tokens">{tokens.map((name) => <button key={name} type="button" onClick={() => set({ redirectUrl: `${draft.redirectUrl}{${name}}` })}>{`{${name}}`}</button>)}</div>
          </div>
          <TextArea label={t.allowed} value={allowed} onInput={(text) => { setAllowed(text); set({ whiteListUrls: lines(text) }); }} help={t.allowedHelp} rows={3} error={faultOf(error, draft.whiteListUrls ?? [], t)} mono optional />
        </div>
      </Card>
      <Tester url={draft.redirectUrl} allowed={lines(allowed)} refused={error !== undefined} />
    </>
  );
}

export default function RedirectsPage(): VNode {
  const t = useWords(words);
  const { data, error, reload } = useLoad<Profile>("/profile");
  return (
    <>
      <PageHeader title={t.title} description={t.description} actions={<Former kinds={["profile"]} onRestored={reload} />} />
      <Failure error={error} onRetry={reload} />
      {data ? <Editor stored={data} /> : !error && <Skeleton height={420} />}
    </>
  );
}
