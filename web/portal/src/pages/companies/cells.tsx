import type { VNode } from "preact";
import { Fragment } from "preact";
import { useMemo } from "preact/hooks";
import { useWords } from "../../i18n.ts";
import { contains, CopyButton, IconButton, Marked, Pill, Tooltip } from "../../kit/index.ts";
import { useFamily } from "./family.tsx";
import { companyTones, tones, type Row } from "./types.ts";
import { words } from "./words.ts";

/** The first column: name, what is below it, and the id to copy. */
export function CompanyCell({ row, sought, child, open, onToggle }: { row: Row; sought: string; child: boolean; open: boolean; onToggle: () => void }): VNode {
  const t = useWords(words);
  return (
    <span class={`company-cell ${child ? "child" : ""}`}>
      <span class="names">
        <span class="name"><Marked text={row.name} sought={sought} /></span>
        {row.subsidiaries > 0 && <span class="soft small">{t.children(row.subsidiaries)}</span>}
        {sought && row.match?.some((place) => place === "id" || place === "connectionId") && <span class="soft small mono"><Marked text={row.match.includes("id") ? row.id : sought} sought={sought} /></span>}
        {sought && row.match?.includes("createdBy") && <span class="soft small">{t.createdBy} <Marked text={row.createdBy} sought={sought} /></span>}
      </span>
      {row.subsidiaries > 0 && (
        <span onClick={(event) => event.preventDefault()}>
          <IconButton icon={open ? "up" : "down"} size="small" label={open ? t.collapse(row.name) : t.expand(row.name)} onClick={onToggle} />
        </span>
      )}
      <span class="id" onClick={(event) => event.preventDefault()}><CopyButton value={row.id} what={t.copyId} /></span>
    </span>
  );
}

export function CompanyStatusPills({ row }: { row: Row }): VNode {
  const t = useWords(words);
  return <Tooltip text={row.statuses.map((one) => `${t.statuses[one]}: ${t.statusHelp[one]}`).join(" ")}><Pill tone={companyTones[row.status]}>{t.statuses[row.status]}</Pill></Tooltip>;
}

const shown = 3;

/**
 * The platforms of a company as pills; a click opens them all. Those that were looked for come
 * first. The tip has the full list, and for a parent what the companies below it are linked to.
 */
export function PlatformPills({ row, sought, onOpen }: { row: Row; sought: string; onOpen: () => void }): VNode {
  const t = useWords(words);
  const { family, ask } = useFamily(row);
  const platforms = useMemo(() => [...row.platforms].sort((a, b) => Number(contains(b.name, sought)) - Number(contains(a.name, sought))), [row, sought]);
  if (row.platformCount === 0 && row.subsidiaries === 0) return <span class="soft">—</span>;
  const rest = row.platformCount - Math.min(shown, platforms.length);
  const unlisted = row.platformCount - platforms.length;
  const own = [...platforms.map(({ name, status }) => `${name} (${t.statusNames[status]})`), ...(unlisted > 0 ? [t.platformsMore(unlisted)] : [])];
  const below = row.subsidiaries === 0 ? []
    : family ? (family.platforms.length ? family.platforms.map(({ name, linked }) => t.platformBelow(name, t.ofCompanies(linked, family.of))) : [t.familyEmpty])
    : [t.familyComing];
  return (
    <span class="platforms" onMouseEnter={ask} onFocusIn={ask}>
      <Tooltip text={[...own, ...below].join("\n")}>
        <button type="button" class="platform-pills" onClick={onOpen}>
          <span class="unseen">{t.panelTitle(row.name)}: </span>
          {platforms.slice(0, shown).map((one) => <Fragment key={one.connectionId}><Pill tone={tones[one.status]}><Marked text={one.name} sought={sought} /></Pill></Fragment>)}
          {rest > 0 && <Pill icon={null}>+{rest}</Pill>}
          {row.platformCount === 0 && <Pill icon={null}>{t.below}</Pill>}
        </button>
      </Tooltip>
    </span>
  );
}
