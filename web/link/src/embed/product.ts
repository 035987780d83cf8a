// What an embedding has to know of Link. The build of the Connections SDK puts
// connections/product.ts in the place of this file.

import type { View } from "@bowline/ui/view.ts";
import type { LinkProps } from "../../../packages/link/src/types.ts";
import type { About, Props } from "./site.ts";

/** Begins what it says in the console. */
export const title = "Bowline Link:";

/** What one on a page is known by (site.ts), as its props say. */
export const about = ({ companyId }: Props): About => ({
  label: "mainTitle", path: `/sdk/companies/${companyId}/journey`, memory: `bowline.link.${companyId}`,
});

/** What the screens of its own ends are drawn with. */
export const ends: Partial<View> = {};

/** Says what is wrong with the props; undefined when nothing is. */
export function wanting(props: Props): string | undefined {
  if (!/^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i.test(String(props.companyId))) return "companyId is no UUID";
  const absent = (["onConnection", "onError", "onFinish"] satisfies (keyof LinkProps)[]).find((name) => typeof props[name] !== "function");
  return absent && `${absent} is no function`;
}
