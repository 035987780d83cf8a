// Every component in every state, on one page: for looking at them and for the tests.
// It is never part of what ships.

import { render, type ComponentChildren, type VNode } from "preact";
import { useState } from "preact/hooks";
import { adopt } from "../src/adopt.ts";
import { ApiError } from "../src/api.ts";
import { useCell } from "../src/cell.ts";
import { dateTime, locale, percent } from "../src/i18n.ts";
import { ConfirmHost } from "../src/kit/confirm.tsx";
import {
  Avatar, Banner, Button, Card, Chart, Checkbox, CodeBlock, ColorField, Combobox, confirm, CopyField, DescriptionList, Dialog, Drawer, EmptyState, Failure, FilePicker,
  IconButton, Kbd, Menu, PageHeader, Pill, Popover, Progress, RadioGroup, Select, Skeleton, Switch, Table, TabLinks, Tabs, TextArea, TextField, toast, Tooltip, type Option,
} from "../src/kit/index.ts";
import { QR } from "../src/kit/qr.tsx";
import { ToastHost } from "../src/kit/toast.tsx";
import "../src/portal.css";
import css from "./kit.css?text";

adopt(css);

const Part = ({ title, children }: { title: string; children: ComponentChildren }): VNode => (
  <Card title={title}><div class="stack">{children}</div></Card>
);

const people = ["Harbour Bakery", "North Pier Fishing & Cold Storage Cooperative of the Upper Saint Lawrence", "Tremblay et fils", "Zoë’s"].map((name, at) => ({ id: String(at), name, at: `2026-11-${10 + at}T09:30:00Z`, state: at % 4 }));
const tones = ["good", "info", "bad", "neutral"] as const;
const states = ["Linked", "Pending", "Deauthorized", "Unlinked"];

function Forms(): VNode {
  const [text, setText] = useState("Harbour Finance");
  const [long, setLong] = useState("We look at your sales of the last year to make you an offer. ".repeat(9));
  const [choice, setChoice] = useState<"a" | "b" | "c">("a");
  const [on, setOn] = useState(true);
  const [one, setOne] = useState<Option | null>(null);
  const [many, setMany] = useState<Option[]>([{ value: "fr", label: "France" }, { value: "ca", label: "Canada" }]);
  const [colour, setColour] = useState("#7fc1d8");
  const countries = Object.entries({ ca: "Canada", fr: "France", de: "Germany", nl: "Netherlands", gb: "United Kingdom", us: "United States" })
    .map(([value, label]) => ({ value, label, note: `Code ${value.toUpperCase()}` }));
  return (
    <>
      <Part title="Text">
        <div class="columns">
          <TextField label="Company name" value={text} onInput={setText} most={50} help="Shown to your customers." />
          <TextField label="Website" value="not an address" onInput={() => undefined} error="Write an address that begins with https://." />
          <TextField label="Password" type="password" value="correct horse battery" onInput={() => undefined} />
          <TextField label="Search" type="search" value="harbour" onInput={() => undefined} optional />
          <TextField label="Switched off" value="Nobody can change this" onInput={() => undefined} disabled />
          <Select label="Role" value={choice} onChange={setChoice} options={[{ value: "a", label: "Onboarding" }, { value: "b", label: "Developer" }, { value: "c", label: "Administrator" }]} />
        </div>
        <TextArea label="Message" value={long} onInput={setLong} most={500} />
        <CopyField label="Link URL" value="https://bowline.example/link/harbour-finance/0199-4f2a-77aa?otp=123456" />
      </Part>
      <Part title="Choices">
        <div class="columns">
          <div>
            <Checkbox label="Read accounts" checked={on} onChange={setOn} help="Names and balances." />
            <Checkbox label="Some of them" checked={false} indeterminate onChange={setOn} />
            <Checkbox label="Agree to the terms" checked={false} onChange={setOn} error="This is needed." />
            <Checkbox label="Switched off" checked disabled onChange={setOn} />
          </div>
          <div>
            <Switch label="Landing page" checked={on} onChange={setOn} help="A page before the first step." />
            <Switch label="Navigation bar" checked={!on} onChange={() => setOn(!on)} after help="With your logo." />
            <Switch label="Switched off" checked={false} disabled onChange={setOn} />
          </div>
          <RadioGroup label="Kind" value={choice} onChange={setChoice} options={[{ value: "a", label: "Live" }, { value: "b", label: "Test", help: "At most 50 companies." }, { value: "c", label: "Off", disabled: true }]} />
        </div>
        <RadioGroup label="As cards" variant="cards" value={choice} onChange={setChoice} options={[{ value: "a", label: "Onboarding", help: "Adds companies and sends links." }, { value: "b", label: "Developer", help: "Wires things up." }, { value: "c", label: "Administrator", help: "And decides who works here." }]} />
        <RadioGroup label="As segments" variant="segments" value={choice} onChange={setChoice} options={[{ value: "a", label: "Phone", icon: "phone" }, { value: "b", label: "Desk", icon: "screen" }, { value: "c", label: "Dark", icon: "moon" }]} />
        <div class="columns">
          <Combobox label="Country" value={one} onChange={setOne} options={countries} />
          <Combobox label="Countries" multiple value={many} onChange={setMany} options={countries} help="Type to search." />
        </div>
      </Part>
      <Part title="Files and colors">
        <FilePicker label="Logo" accept={["image/png", ".svg"]} acceptNames="PNG, SVG" maxBytes={10e6} onPick={() => undefined} help="600 × 100 pixels look best." />
        <ColorField label="Primary color" value={colour} onChange={setColour} sample="Continue" samples={["#14495c", "#7a1f3d", "#2b7a4b", "#f2bb6d"]} />
      </Part>
    </>
  );
}

function Overlays(): VNode {
  const [dialog, setDialog] = useState(false);
  const [drawer, setDrawer] = useState(false);
  const [name, setName] = useState("");
  return (
    <Part title="Things that open">
      <div class="bits">
        <Button variant="primary" onClick={() => setDialog(true)}>Open a dialog</Button>
        <Button onClick={() => setDrawer(true)}>Open a drawer</Button>
        <Button variant="danger" onClick={() => void confirm({ title: "Delete Harbour Bakery?", body: "Its three connections end, and what they shared is removed.", action: "Delete company", danger: true, typed: "Harbour Bakery" })}>Delete…</Button>
        <Button onClick={() => toast({ text: "Invitation sent to esi@example.com", undo: () => undefined })}>Toast with undo</Button>
        <Button onClick={() => toast({ text: "The change could not be saved.", tone: "bad" })}>Bad toast</Button>
        <Menu
          label="Actions" items={[{ heading: "Company" }, { label: "Edit", icon: "edit", onSelect: () => undefined }, { label: "Copy Link URL", icon: "copy", note: "With a fresh password" }, "-", { label: "Delete", icon: "bin", danger: true }, { label: "Not now", disabled: true }]}
          trigger={(props) => <Button iconAfter="down" rest={{ ...props }}>Menu</Button>}
        />
        <Popover label="Filter" trigger={(props) => <Button icon="filter" rest={{ ...props }}>Filter</Button>}>
          {(close) => <div class="stack"><Checkbox label="Linked" checked onChange={() => undefined} /><Checkbox label="Pending" checked={false} onChange={() => undefined} /><Button size="small" onClick={close}>Done</Button></div>}
        </Popover>
        <Tooltip text="Counted since the first success"><Button variant="quiet">Point at me</Button></Tooltip>
      </div>
      <Dialog open={dialog} title="Invite somebody" onClose={() => setDialog(false)} onSubmit={() => setDialog(false)} footer={<><Button onClick={() => setDialog(false)}>Cancel</Button><Button variant="primary" type="submit">Invite</Button></>}>
        <div class="stack"><TextField label="Name" value={name} onInput={setName} /><TextField label="Email" type="email" value="" onInput={() => undefined} /></div>
      </Dialog>
      <Drawer open={drawer} title="Timeline of Xero" onClose={() => setDrawer(false)} footer={<Button onClick={() => toast("Sent again.")}>Send again</Button>}><p>Started, then completed.</p></Drawer>
    </Part>
  );
}

function Data(): VNode {
  const [sort, setSort] = useState("-created");
  const [tab, setTab] = useState("one");
  const columns = [
    { id: "name", header: "Company", cell: (row: typeof people[0]) => row.name, sort: "name" },
    { id: "state", header: "Status", cell: (row: typeof people[0]) => <Pill tone={tones[row.state]!}>{states[row.state]}</Pill> },
    { id: "created", header: "Created", cell: (row: typeof people[0]) => <span class="numeric">{dateTime(row.at)}</span>, sort: "created", first: "down" as const },
    { id: "count", header: "Connections", cell: () => "3", align: "end" as const },
  ];
  const menu = () => [{ label: "Edit", icon: "edit" as const }, { label: "Delete", icon: "bin" as const, danger: true }];
  const common = { columns, rowKey: (row: typeof people[0]) => row.id, rowName: (row: typeof people[0]) => row.name, sort, onSort: setSort };
  return (
    <>
      <Table label="Companies" {...common} rows={people} rowHref={(row) => `/portal/_kit?company=${row.id}`} rowMenu={menu} foot="4 companies" more onMore={() => undefined} loading={false} />
      <Table label="Companies that are on their way" {...common} rows={undefined} loading skeletonRows={3} />
      <Table label="No companies" {...common} rows={[]} empty={<EmptyState icon="company" title="No companies yet" actions={<Button variant="primary" icon="add">New company</Button>}>Each customer whose data you ask for is a company here.</EmptyState>} />
      <Table label="Companies that could not be read" {...common} rows={undefined} error={new ApiError(500, "Something went wrong on our side.", "0199-77aa-4f2a")} onRetry={() => undefined} />
      <Part title="Figures">
        <Chart label="Completion per week" labels={["W40", "W41", "W42", "W43", "W44", "W45", "W46", "W47"]} most={1} format={(value) => percent(value)} series={[{ name: "Accounting", values: [0.41, 0.44, 0.52, 0.5, null, 0.58, 0.61, 0.66] }, { name: "Banking", values: [0.31, 0.28, 0.35, 0.42, 0.4, 0.45, 0.43, 0.52] }]} />
        <Chart label="Messages per day" kind="bar" labels={["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]} series={[{ name: "Delivered", values: [120, 180, 140, 210, 160, 30, 20] }, { name: "Failed", values: [4, 0, 12, 3, 0, 0, 1] }]} />
        <Chart label="Nothing" labels={[]} series={[]} />
      </Part>
      <Part title="Details">
        <TabLinks label="Parts of the company" current="summary" tabs={[{ id: "summary", label: "Summary", href: "/portal/_kit" }, { id: "connections", label: "Connections", count: 3, href: "/portal/_kit?tab=connections" }]} />
        <Tabs label="Kinds" selected={tab} onSelect={setTab} tabs={[{ id: "one", label: "Accounting" }, { id: "two", label: "Banking", count: 2 }]}>
          <DescriptionList items={[{ term: "Created", value: "12 Nov 2026" }, { term: "Id", value: <span class="mono">0199a4f2-77aa-7c1d-9e2b-1c2d3e4f5a6b</span> }, { term: "Owner", value: "Ada Lindqvist" }]} />
        </Tabs>
        <CodeBlock label="A request" code={`const answer = await fetch("https://bowline.example/api/companies", {\n  method: "POST", // one company\n  body: JSON.stringify({ name: "Harbour Bakery", limit: 50 }),\n});`} />
        <QR text="https://bowline.example/link/harbour-finance/0199a4f2-77aa-7c1d-9e2b-1c2d3e4f5a6b" />
      </Part>
    </>
  );
}

function Kit(): VNode {
  useCell(locale);
  return (
    <main class="gallery">
      <PageHeader title="Components" description="Each in its states." back={{ href: "/portal/", label: "Portal" }} shown={<>Components <Pill tone="test">Test</Pill></>} actions={<><Button icon="download">Export</Button><Button variant="primary" icon="add">New company</Button></>} />
      <Part title="Buttons">
        <div class="bits">
          <Button variant="primary">Save</Button><Button>Cancel</Button><Button variant="quiet">More</Button><Button variant="danger" icon="bin">Delete</Button><Button variant="danger" solid>Delete for good</Button>
          <Button variant="primary" busy>Saving</Button><Button disabled>Not now</Button><Button href="/portal/_kit" iconAfter="right">A link</Button><Button size="small">Small</Button>
          <IconButton icon="edit" label="Edit" /><IconButton icon="columns" label="Columns" pressed /><Kbd>Ctrl K</Kbd><Avatar name="Ada Lindqvist" /><Avatar name="Zoë" large />
        </div>
      </Part>
      <Part title="Statuses">
        <div class="bits"><Pill tone="good">Linked</Pill><Pill tone="info">Pending</Pill><Pill tone="bad">Deauthorized</Pill><Pill tone="warn">Expires soon</Pill><Pill>Unlinked</Pill><Pill tone="test">Test</Pill><Pill icon={null}>region: east</Pill></div>
        <Banner tone="info" title="Two banking suppliers are on">Your customers see both.</Banner>
        <Banner tone="good">Saved.</Banner>
        <Banner tone="warn" title="No integration is enabled" actions={<Button size="small">Open integrations</Button>} onDismiss={() => undefined}>Your customers would see an empty list.</Banner>
        <Failure error={new ApiError(503, "Bowline cannot be reached.", "0199-77aa")} onRetry={() => undefined} />
        <div class="columns"><Progress label="Importing" value={0.42} /><Progress label="Looking for the company" /><Skeleton lines={3} /></div>
      </Part>
      <Overlays />
      <Forms />
      <Data />
      <ConfirmHost />
      <ToastHost />
    </main>
  );
}

render(<Kit />, document.getElementById("portal")!);
