import type { ComponentChildren, VNode } from "preact";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { adopt } from "../../../adopt.ts";
import { api, ApiError } from "../../../api.ts";
import { here } from "../../../here.ts";
import { useWords } from "../../../i18n.ts";
import { Failure, IconButton, RadioGroup, Select, Skeleton, Tabs } from "../../../kit/index.ts";
import { useSettled } from "../../../load.ts";
import { sourceTypes, type LinkSettings } from "../link/types.ts";
import css from "./preview.css?text";
import { words } from "./words.ts";

adopt(css);

/** What is being typed; what is left out is as it is stored. */
export interface PreviewDraft {
  link?: object;
  branding?: object;
  profile?: { name: string; logoUrl?: string | undefined; iconUrl?: string | undefined };
}

interface Made {
  id: string;
  url: string;
}

const widths = { phone: 390, tablet: 768, desktop: 1180 } as const;
type Device = keyof typeof widths;

/** A computer's window is wider than high, a phone's is that of a usual one; a tablet is as high as there is room. */
const heights = { phone: 844, tablet: 0, desktop: 820 } as const;

/** Whether no customer sees a screen, so that the preview shows another one in its place. */
function switchedOff(link: LinkSettings, screen: string): boolean {
  if (screen === "landing") return !link.landing.enabled;
  if (screen === "manage") return !link.manageConnections.enabled;
  if (screen === "invite") return link.oneTimeLinks;
  return sourceTypes.some((type) => screen.endsWith(`.${type}`) && !link.sourceTypes[type].enabled);
}

const languageName = (tag: string): string => new Intl.DisplayNames([document.documentElement.lang], { type: "language" }).of(tag) ?? tag;

/** Scrolls to the words in the frame that are being typed, once they are drawn. */
function bringIntoSight(frame: HTMLIFrameElement): void {
  const field = document.activeElement;
  if (!(field instanceof HTMLInputElement || field instanceof HTMLTextAreaElement) || !field.closest("[data-screen]")) return;
  // Words that Markdown draws otherwise are no help in finding the place.
  const words = field.value.split(/[*_[\]()#>\n{}]/).map((part) => part.trim()).sort((a, b) => b.length - a.length)[0] ?? "";
  if (words.length < 3) return;
  requestAnimationFrame(() => requestAnimationFrame(() => {
    const root = frame.contentDocument?.getElementById("link")?.firstElementChild?.shadowRoot;
    const found = [...root?.querySelectorAll<HTMLElement>("p, h1, h2, h3, li, strong, a, button") ?? []].find((one) => one.textContent.includes(words));
    // Not scrollIntoView, which would move the page around the frame, too.
    for (let box = found?.parentElement; found && box; box = box.parentElement) {
      if (box.scrollHeight <= box.clientHeight + 1 || getComputedStyle(box).overflowY === "visible") continue;
      const [inside, around] = [found.getBoundingClientRect(), box.getBoundingClientRect()];
      if (inside.bottom > around.bottom || inside.top < around.top) box.scrollTop += inside.top - around.top - around.height / 3;
      return;
    }
  }));
}

/** Draws the real journey with a draft, beside the form in which it is typed. */
export function Preview({ draft, locales, screen, link, wide = false, start = "" }: {
  draft: PreviewDraft;
  locales: readonly string[];
  /** The screen that is being worked on; somebody may look at another one. */
  screen?: string;
  /** Settings that say which screens customers see at all. */
  link?: LinkSettings | undefined;
  /** What is being worked on shows on a computer alone; somebody may look at another device. */
  wide?: boolean;
  /** What decides which screens there are: the journey begins again when it changes. */
  start?: string;
}): VNode {
  const t = useWords(words);
  const [device, setDevice] = useState<Device>("phone");
  const [scheme, setScheme] = useState<"light" | "dark">("light");
  const [language, setLanguage] = useState(locales[0] ?? "en-US");
  const [chosen, setChosen] = useState(screen ?? "");
  const [made, setMade] = useState<Made>();
  const [error, setError] = useState<ApiError>();
  const [anew, setAnew] = useState(0);
  const frame = useRef<HTMLIFrameElement>(null);
  const stage = useRef<HTMLDivElement>(null);
  const [room, setRoom] = useState({ width: 390, height: 640 });
  const asked = JSON.stringify({ ...draft, locale: language, colorScheme: scheme, ...(chosen && chosen !== "exit" && { screen: chosen }) });
  const settled = useSettled(asked, 350);
  const before = useRef({ id: "", screen: "", language: "", scheme: "", start: "" });
  useEffect(() => setChosen(screen ?? ""), [screen]);
  useEffect(() => {
    if (wide) setDevice("desktop");
  }, [wide]);
  useLayoutEffect(() => {
    const watch = new ResizeObserver(([entry]) => setRoom({ width: entry!.contentRect.width, height: entry!.contentRect.height }));
    watch.observe(stage.current!);
    return () => watch.disconnect();
  }, []);
  const tell = (message: object): void => frame.current?.contentWindow?.postMessage(message, location.origin);
  useEffect(() => {
    const stop = new AbortController();
    const last = before.current;
    api.post<Made>("/settings/preview", { ...JSON.parse(settled), ...(last.id && { id: last.id }) }, { signal: stop.signal }).then((now) => {
      if (stop.signal.aborted) return;
      setError(undefined);
      setMade(now);
      if (last.id === now.id) {
        const jump = last.screen !== chosen || last.language !== language || last.scheme !== scheme || last.start !== start;
        tell(jump ? { type: "bowline:begin", exit: chosen === "exit" } : { type: "bowline:draft" });
      }
      before.current = { id: now.id, screen: chosen, language, scheme, start };
    }, (thrown) => !stop.signal.aborted && setError(thrown as ApiError));
    return () => stop.abort();
  }, [settled, anew]);
  useEffect(() => {
    const hear = ({ origin, source, data }: MessageEvent<{ type?: string } | undefined>): void => {
      if (origin !== location.origin || source !== frame.current?.contentWindow) return;
      if (data?.type === "bowline:shown") bringIntoSight(frame.current!);
      if (data?.type !== "bowline:over") return;
      before.current = { ...before.current, id: "" };
      setAnew((n) => n + 1);
    };
    addEventListener("message", hear);
    return () => removeEventListener("message", hear);
  }, []);
  const width = widths[device];
  const desk = device === "desktop";
  // 0 while it is behind the other tab. The stage is as high as a computer needs, and a phone as high as the stage.
  const scale = Math.min(1, room.width / width, device === "phone" ? room.height / heights.phone : 1) || 1;
  return (
    <div class="stack">
      <div class="row between"><h2>{t.title}</h2><IconButton icon="refresh" label={t.again} onClick={() => tell({ type: "bowline:begin", exit: chosen === "exit" })} /></div>
      <p class="soft small">{t.hint}</p>
      <div class="stagebar">
        <Select label={t.screen} value={chosen} onChange={setChosen} options={Object.entries(t.screens).map(([value, label]) => ({ value, label: link && switchedOff(link, value) ? t.off(label) : label }))} />
        <Select label={t.language} value={language} onChange={setLanguage} options={locales.map((value) => ({ value, label: languageName(value) }))} />
        <RadioGroup label={t.device} variant="segments" value={device} onChange={setDevice} options={(Object.keys(widths) as Device[]).map((value) => ({ value, label: t[value] }))} />
        <RadioGroup label={t.scheme} variant="segments" value={scheme} onChange={setScheme} options={(["light", "dark"] as const).map((value) => ({ value, label: t[value] }))} />
      </div>
      <Failure error={error} onRetry={() => setAnew((n) => n + 1)} />
      <div class="stage" ref={stage} style={desk ? { height: `${heights.desktop * scale + 2}px`, minHeight: "0" } : {}}>
        {made ? (
          <iframe
            key={made.id} ref={frame} src={here(made.url)} title={t.title}
            style={{ width: `${width}px`, height: `${heights[device] || room.height / scale}px`, transform: `scale(${scale})`, marginInline: `${Math.min(0, (room.width - width) / 2)}px`, colorScheme: scheme }}
          />
        ) : !error && <div class="coming"><span class="unseen">{t.preparing}</span><Skeleton width={300} height={360} /></div>}
      </div>
    </div>
  );
}

/** A form with its preview beside it; where there is no room, one or the other. */
export function Beside({ form, preview, formLabel }: { form: ComponentChildren; preview: VNode; formLabel: string }): VNode {
  const t = useWords(words);
  const [part, setPart] = useState("form");
  return (
    <>
      <div class="only-narrow"><Tabs label={t.title} tabs={[{ id: "form", label: formLabel }, { id: "preview", label: t.title }]} selected={part} onSelect={setPart}>{null}</Tabs></div>
      <div class={`beside ${part}`}>
        <div class="form-part stack">{form}</div>
        <div class="shown">{preview}</div>
      </div>
    </>
  );
}
