import type { VNode } from "preact";
import { Icon, paths } from "@bowline/ui/icons.tsx";
import { Logo, type Named } from "./logo.tsx";

interface AccountsProps { label: string; of: (Named & { tenantName?: string })[] }

/** What is connected, as a list to read. */
export function Accounts(props: AccountsProps): VNode {
  return (
    <ul class="accounts boxed" aria-label={props.label}>
      {props.of.map((one) => (
        <li class="account" key={one.name + one.tenantName}>
          <Logo of={one} size="small" />
          <span class="names">
            <span>{one.name}</span>
            {one.tenantName && <span class="minor">{one.tenantName}</span>}
          </span>
          <Icon path={paths.check} class="ok" />
        </li>
      ))}
    </ul>
  );
}
