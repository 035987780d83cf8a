import type { ComponentChildren, VNode } from "preact";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { adopt } from "../adopt.ts";
import type { ApiError } from "../api.ts";
import { useWords } from "../i18n.ts";
import { Failure } from "./banner.tsx";
import { Button, IconButton } from "./button.tsx";
import { Icon } from "./icon.tsx";
import { Menu, type MenuEntry } from "./menu.tsx";
import css from "./table.css?text";
import { Skeleton } from "./waiting.tsx";
import { kitWords } from "./words.ts";

adopt(css);

export interface Column<T> {
  id: string;
  header: string;
  /** The header is for those who listen only, as over a column of buttons. */
  hideHeader?: boolean;
  cell: (row: T) => ComponentChildren;
  /** The key that the server sorts by; the column then has a sort button. */
  sort?: string;
  /** Which way the first click sorts: names upwards, dates downwards. */
  first?: "up" | "down";
  align?: "start" | "end";
  /** A CSS width, so that nothing moves when rows arrive. */
  width?: string;
}

export interface TableProps<T> {
  /** Names the table for those who listen. */
  label: string;
  columns: readonly Column<T>[];
  /** Undefined: the first rows are on their way, and skeletons stand for them. */
  rows: readonly T[] | undefined;
  rowKey: (row: T) => string;
  /** "name" or "-name", as the API has it. */
  sort?: string;
  onSort?: (sort: string) => void;
  /** Makes the first cell's text lead somewhere; the cell is then wrapped in the link. */
  rowHref?: (row: T) => string | undefined;
  /** What the row is called in the name of its menu. */
  rowName?: (row: T) => string;
  rowMenu?: (row: T) => readonly MenuEntry[];
  chosen?: (row: T) => boolean;
  /** More can be had: asked for when the end comes into sight, and by a button. */
  more?: boolean;
  onMore?: () => void;
  /** Rows are being fetched; the old ones stay, a little paler. */
  loading?: boolean;
  error?: ApiError | undefined;
  onRetry?: () => void;
  /** Instead of the table where there are no rows. */
  empty?: ComponentChildren;
  skeletonRows?: number;
  /** Below the rows, on the left: how many there are. */
  foot?: ComponentChildren;
  /** In a narrow place rows become cards; "scroll" keeps the table, for figures. */
  narrow?: "cards" | "scroll";
}

/** A table of things on the server. Roles are written out because as cards the elements lose theirs. */
export function Table<T>(props: TableProps<T>): VNode {
  const t = useWords(kitWords);
  const { columns, rows, loading, more, onMore, error } = props;
  const box = useRef<HTMLDivElement>(null);
  const end = useRef<HTMLDivElement>(null);
  const [fits, setFits] = useState(true);
  useLayoutEffect(() => {
    const scroller = box.current?.querySelector(".scroller");
    if (!scroller) return;
    const look = (): void => setFits(scroller.scrollWidth <= scroller.clientWidth + 1);
    const watch = new ResizeObserver(look);
    watch.observe(scroller);
    // What is inside may grow without the place growing.
    const table = scroller.firstElementChild;
    if (table) watch.observe(table);
    return () => watch.disconnect();
  }, [rows === undefined, rows?.length === 0]);
  useEffect(() => {
    if (!more || !end.current || loading || error) return;
    const watch = new IntersectionObserver(([seen]) => seen?.isIntersecting && onMore?.(), { rootMargin: "400px" });
    watch.observe(end.current);
    return () => watch.disconnect();
  }, [more, loading, error, rows?.length]);

  if (rows && !rows.length && !loading && !error && props.empty) return <div class="tablebox">{props.empty}</div>;
  const narrow = props.narrow ?? "cards";
  const sortButton = (column: Column<T>): VNode => {
    const now = props.sort === column.sort ? "ascending" : props.sort === `-${column.sort}` ? "descending" : undefined;
    const first = column.first === "down" ? `-${column.sort}` : column.sort!;
    const next = now === undefined ? first : now === "ascending" ? `-${column.sort}` : column.sort!;
    return (
      <th key={column.id} role="columnheader" scope="col" class={column.align} aria-sort={now} style={{ width: column.width }}>
        <button type="button" onClick={() => props.onSort?.(next)} title={t.sorted}>
          {column.header}<Icon name={now === "ascending" ? "up" : now === "descending" ? "down" : "sort"} />
        </button>
      </th>
    );
  };
  const skeletons = rows ? (more && loading ? 2 : 0) : error ? 0 : (props.skeletonRows ?? 6);
  return (
    <div class={`tablebox ${fits ? "fits" : ""}`} ref={box}>
      <div class="scroller" {...(!fits && { tabIndex: 0, role: "region", "aria-label": props.label })}>
        <table class={`table ${narrow} ${rows && loading && !more ? "stale" : ""}`} role="table" aria-label={props.label} aria-busy={loading || undefined}>
          <thead role="rowgroup">
            <tr role="row">
              {columns.map((column) => (column.sort
                ? sortButton(column)
                : <th key={column.id} role="columnheader" scope="col" class={column.align} style={{ width: column.width }}><span class={column.hideHeader ? "unseen" : ""}>{column.header}</span></th>))}
              {props.rowMenu && <th role="columnheader" scope="col" class="menucell"><span class="unseen">{t.actions}</span></th>}
            </tr>
          </thead>
          <tbody role="rowgroup">
            {rows?.map((row) => <Row key={props.rowKey(row)} row={row} table={props} />)}
            {Array.from({ length: skeletons }, (_, at) => (
              <tr key={`skeleton ${at}`} role="row" aria-hidden="true">
                {columns.map((column) => <td key={column.id} role="cell"><Skeleton width={column.align === "end" ? "48px" : `${60 - (at % 3) * 12}%`} /></td>)}
                {props.rowMenu && <td class="menucell" role="cell" />}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {error && <div class="trouble"><Failure error={error} {...(props.onRetry && { onRetry: props.onRetry })} /></div>}
      <div ref={end} />
      {(props.foot || (more && rows)) && (
        <div class="tablefoot">
          <span role="status">{props.foot}</span>
          {more && <Button size="small" variant="quiet" busy={loading} onClick={() => onMore?.()}>{t.more}</Button>}
        </div>
      )}
    </div>
  );
}

function Row<T>({ row, table }: { row: T; table: TableProps<T> }): VNode {
  const t = useWords(kitWords);
  const href = table.rowHref?.(row);
  const items = table.rowMenu?.(row);
  return (
    <tr role="row" class={`${href ? "leads" : ""} ${table.chosen?.(row) ? "chosen" : ""}`}>
      {table.columns.map((column, at) => (
        <td key={column.id} role="cell" class={column.align} data-label={column.hideHeader ? undefined : column.header}>
          {at === 0 && href ? <a class="rowlink" href={href}>{column.cell(row)}</a> : column.cell(row)}
        </td>
      ))}
      {items && (
        <td role="cell" class="menucell">
          {items.length > 0 && (
            <Menu
              label={t.actionsFor(table.rowName?.(row) ?? "")} items={items} align="end"
              trigger={(props) => <IconButton icon="more" label={t.actionsFor(table.rowName?.(row) ?? "")} rest={{ ...props }} />}
            />
          )}
        </td>
      )}
    </tr>
  );
}
