import type { VNode } from "preact";
import { useWords } from "../../i18n.ts";
import { Button, Menu, type MenuEntry } from "../../kit/index.ts";
import { usePreference } from "../../session.ts";
import { words } from "./words.ts";

/** Columns that one may choose, in their order; the other two are always there. */
export const chosenColumns = ["platforms", "owners", "tags", "products", "lastSync", "created"] as const;
export type ChosenColumn = (typeof chosenColumns)[number];
const defaultColumns: ChosenColumn[] = ["platforms", "lastSync", "created"];

/** The chosen columns: one choice for the companies and the subsidiaries of each, remembered for the person. */
export const useColumns = (): [ChosenColumn[], (columns: ChosenColumn[]) => void] => usePreference<ChosenColumn[]>("companies.columns", defaultColumns);

/** Which columns are shown. */
export function Columns(): VNode {
  const t = useWords(words);
  const [columns, setColumns] = useColumns();
  const toggle = (one: ChosenColumn): void => setColumns(columns.includes(one) ? columns.filter((other) => other !== one) : chosenColumns.filter((other) => other === one || columns.includes(other)));
  const usual = columns.length === defaultColumns.length && defaultColumns.every((one) => columns.includes(one));
  const all = columns.length === chosenColumns.length;
  const item = (one: ChosenColumn): MenuEntry => ({ label: t[one], checked: columns.includes(one), several: true, onSelect: () => toggle(one) });
  return (
    <Menu
      label={t.columns} align="end"
      trigger={(p) => <Button icon="columns" rest={{ ...p }}>{usual ? t.columnsAre.usual : all ? t.columnsAre.all : t.columnsAre.some(columns.length, chosenColumns.length)}</Button>}
      items={[
        { label: t.columnsAll, checked: all, several: true, onSelect: () => setColumns(all ? [] : [...chosenColumns]) },
        { heading: t.columnGroups.usual }, ...defaultColumns.map(item),
        { heading: t.columnGroups.more }, ...chosenColumns.filter((one) => !defaultColumns.includes(one)).map(item),
        "-", { label: t.columnsDefault, icon: "undo", disabled: usual, onSelect: () => setColumns(defaultColumns) },
      ]}
    />
  );
}
