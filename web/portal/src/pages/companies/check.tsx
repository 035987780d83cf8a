import type { VNode } from "preact";
import { useState } from "preact/hooks";
import { api, type ApiError } from "../../api.ts";
import { dateTime, useWords } from "../../i18n.ts";
import { Banner, Failure } from "../../kit/index.ts";
import { useAction } from "../../load.ts";
import type { Connection, Named, Status } from "./types.ts";
import { words } from "./words.ts";

/** What came of asking the provider whether a connection still stands. */
export interface Check {
  result: "linked" | "deauthorized" | "doubtful" | "unavailable" | "notLinked";
  status: Status;
  checkedAt?: string;
  /** For people, in their language. */
  message: string;
}

export interface Checking {
  check: Check | undefined;
  busy: boolean;
  error: ApiError | undefined;
  run: () => void;
  clear: () => void;
}

/** Asks the provider about a connection; `onChanged` where it stands elsewhere than was shown. */
export function useCheck(company: Named, { id, status }: Connection, onChanged: () => void): Checking {
  const [check, setCheck] = useState<Check>();
  const ask = useAction(async () => {
    setCheck(undefined);
    const now = await api.post<Check>(`/companies/${company.id}/connections/${id}/check`);
    setCheck(now);
    if (now.status !== status) onChanged();
  });
  return { check, busy: ask.busy, error: ask.error, run: () => void ask.run(), clear: () => setCheck(undefined) };
}

const looks = { linked: "good", deauthorized: "warn", doubtful: "warn", unavailable: "info", notLinked: "info" } as const;

/** The result, said kindly; it is read out when it comes. */
export function CheckResult({ of: { check, busy, error, run, clear } }: { of: Checking }): VNode {
  const t = useWords(words);
  return (
    <div role="status" class="stack tight checked">
      {busy && <span class="soft small">{t.checking}</span>}
      <Failure error={error} onRetry={run} />
      {check && (
        <Banner tone={looks[check.result]} title={t.checked[check.result]} onDismiss={clear}>
          {check.result === "linked" ? check.checkedAt && <p>{t.confirmed(dateTime(check.checkedAt))}</p> : <p>{check.message}</p>}
          {check.result === "unavailable" && <p>{t.unchanged}{check.checkedAt && ` ${t.confirmedLast(dateTime(check.checkedAt))}`}</p>}
        </Banner>
      )}
    </div>
  );
}
