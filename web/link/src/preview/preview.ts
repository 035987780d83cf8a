// The page that a frame of the Portal shows: the journey as customers get it, by the same
// SDK that their pages load, with a draft of settings that the server keeps for an hour.
//
// It is told by the page around it, and tells it, with postMessage, both of one origin:
//   in   { type: "bowline:draft" }   the draft has changed: draw the screen that is shown again
//        { type: "bowline:begin", exit? }   begin with the draft's screen; with exit, ask whether to leave
//   out  { type: "bowline:shown", step, screen }   a screen stands; `screen` names it for a draft
//        { type: "bowline:over" }    the draft is gone: ask for a new one
// It is no part of what customers load.

import type { Client } from "@bowline/ui/view.ts";
import type { LinkInstance, LinkProps } from "../../../packages/link/src/types.ts";
import { aroundCard } from "./panel.tsx";

/** What is read of an answer. */
interface Shown {
  flow: string;
  step: string;
  consent?: { sourceType: string };
  picker?: { sourceType: string };
  client: Client;
}

type Sdk = { Link: new (given: { target: HTMLElement; props: LinkProps }) => LinkInstance };

const id = location.pathname.split("/").at(-1)!;
/** Good for an hour; the page around gives a new one with each draft. */
const token = (): string => location.hash.slice(1);
/** Where the SDK looks for a screen to go on with (embed.ts). */
const memory = `bowline.link.${id}`;
const target = document.getElementById("link")!;

const asked = new URLSearchParams(location.search);

let shown: Shown | undefined;
let instance: LinkInstance | undefined;
/** The dialog that asks before leaving is what somebody wants to see. */
let leaving = asked.has("exit");
/** It is still to be opened. */
let opening = false;

function tell(message: object): void {
  if (window.parent !== window) window.parent.postMessage(message, location.origin);
}

/** Names the screen as a draft does, so that an editor can follow. */
function named({ step, consent, picker }: Shown): string {
  const type = (consent ?? picker)?.sourceType;
  return type ? `${step}.${type.toLowerCase()}` : step;
}

// What the SDK asks is looked at on its way: it says nothing of screens to its host.
const ask = window.fetch.bind(window);
window.fetch = async (...request: Parameters<typeof fetch>) => {
  const response = await ask(...request);
  if (response.status === 410) tell({ type: "bowline:over" });
  if (response.status === 200 && String(request[0]).endsWith("/journey")) {
    response.clone().json().then((view: Shown) => {
      shown = view;
      const shadow = target.firstElementChild?.shadowRoot;
      if (shadow && !asked.has("plain")) aroundCard(shadow, view.client);
      tell({ type: "bowline:shown", step: view.step, screen: opening ? "exit" : named(view) });
      if (opening) open(60);
      else leaving = false;
    }, () => undefined);
  }
  return response;
};

// No provider is met here, so no tab is worth opening for one.
window.open = () => null;

/** Presses the X once it is there. */
function open(tries: number): void {
  const close = target.firstElementChild?.shadowRoot?.querySelector<HTMLElement>('button[data-key="close"]');
  if (close) {
    opening = false;
    close.click();
  } else if (tries) {
    setTimeout(() => open(tries - 1), 50);
  }
}

/** Puts Link on the page; with a flow it shows the screen again that the flow was of. */
async function begin(flow?: string): Promise<void> {
  const { Link } = await (import(new URL("/sdk/link.js", location.origin).href) as Promise<Sdk>);
  instance?.destroy();
  opening = leaving;
  try {
    if (flow) sessionStorage.setItem(memory, JSON.stringify([flow, Date.now()]));
    else sessionStorage.removeItem(memory);
  } catch {
    // Without it the journey begins anew.
  }
  const nothing = () => undefined;
  instance = new Link({
    target,
    props: {
      companyId: id, accessToken: token(), onConnection: nothing, onError: nothing, onFinish: nothing, onClose: () => {
        leaving = false;
        void begin();
      },
      options: { hideBorder: asked.has("plain") },
    },
  });
}

window.addEventListener("message", ({ origin, source, data }: MessageEvent<{ type?: unknown; exit?: unknown } | undefined>) => {
  if (origin !== location.origin || source !== window.parent) return;
  if (data?.type === "bowline:draft") void begin(shown?.flow);
  if (data?.type === "bowline:begin") {
    leaving = data.exit === true;
    void begin();
  }
});

void begin();
