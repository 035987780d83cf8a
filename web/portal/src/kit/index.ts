// The kit in one place. Pages import from here: what is not part of the shell comes as one
// chunk with the first page and is kept. Pages at the door import the files themselves, so
// that a sign-in does not wait for tables.

export { Banner, Failure } from "./banner.tsx";
export { Button, IconButton } from "./button.tsx";
export { Chart, type Series } from "./chart.tsx";
export { CodeBlock } from "./code.tsx";
export { ColorField } from "./colour.tsx";
export { Combobox, type Option } from "./combobox.tsx";
export { confirm } from "./confirm.tsx";
export { copy, CopyButton, CopyField } from "./copy.tsx";
export { Dialog, Drawer } from "./dialog.tsx";
export { Field, Select, TextArea, TextField, type Choice } from "./field.tsx";
export { FilePicker } from "./file.tsx";
export { Icon } from "./icon.tsx";
export { contains, Marked } from "./marked.tsx";
export { Menu, type MenuEntry, type MenuItem } from "./menu.tsx";
export { Popover } from "./popover.tsx";
export { Avatar, Card, DescriptionList, EmptyState, Kbd, PageHeader, useTitle } from "./page.tsx";
export { Pill, type Tone } from "./pill.tsx";
export { Table, type Column } from "./table.tsx";
export { TabLinks, Tabs } from "./tabs.tsx";
export { toast } from "./toast.tsx";
export { Checkbox, RadioGroup, Switch } from "./toggle.tsx";
export { Tooltip } from "./tooltip.tsx";
export { Progress, Skeleton } from "./waiting.tsx";
