// What every screen may reach without it being passed from hand to hand. It
// travels as component context (the second argument of a function component):
// the hooks library would weigh a twentieth of the page for the few screens
// that keep state, and those are classes.

import type { VNode } from "preact";
import type { Words } from "@bowline/ui/words/words.ts";
import type { Journey, Shown } from "./journey.ts";

/** What the screens use of the journey. */
export type Drive = Pick<Journey, "shown" | "subscribe" | "act" | "back" | "retry" | "remember" | "check" | "wake">;

export interface Stage {
  words: Words;
  journey: Drive;
  shown: Shown;
  /** Absent on a first screen that needs none of it. */
  aids?: Aids;
  /** Leaves the page; injected so that a gallery or a host page can stay. */
  go: Go;
  /** Inside a page of the fintech. */
  embedded: boolean;
  /** Leaves an embedded journey; absent where there is nothing to leave to. Draws the X. */
  close?: () => void;
  /** The tab that a sign-in happens in; absent where one leaves in the same tab. */
  tab?: TabState;
}

/** What arrives together with the screens after the first. */
export type Aids = typeof import("./aids.ts").aids;

/** What a waiting screen may know about the other tab: never whether it is closed. */
export interface TabState {
  /** One was opened and led away. */
  readonly led: boolean;
}

/** The context that mount.tsx provides to everything below it. */
export interface OnStage { stage: Stage }

/** A screen: draws from the stage alone. */
export type Screen = (props: object, on: OnStage) => VNode;

/** Navigation of the whole page. Only https and http addresses are followed. */
export interface Go {
  assign(url: string): void;
  replace(url: string): void;
}

/** The address when it is http(s) or a path of our own, else undefined: no other scheme leaves a screen. */
export function webAddress(url: string | undefined): string | undefined {
  return url && /^(https?:\/)?\//i.test(url) ? url : undefined;
}
