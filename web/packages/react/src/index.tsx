// Link and the Connections SDK as React components. They mount once: callbacks may change
// with every render, a new company or token needs a new key.

import { createElement, useEffect, useRef, type HTMLAttributes, type ReactElement } from "react";
import { loadLink, type ErrorCallbackArgs, type LinkInstance, type LinkProps, type LoadOptions } from "@bowline/link";
import { loadConnections, type ConnectionsProps } from "@bowline/link/connections";

export type * from "@bowline/link";
export type * from "@bowline/link/connections";

/** Of the element around the component, which fills it. */
interface PlaceProps {
  className?: string;
  style?: HTMLAttributes<HTMLDivElement>["style"];
  id?: string;
}

export interface LinkComponentProps extends LinkProps, LoadOptions, PlaceProps {}

export interface ConnectionsComponentProps extends ConnectionsProps, LoadOptions, PlaceProps {}

/** Callbacks that call what the latest render passed. */
function lateBound(latest: { current: LinkProps }): LinkProps {
  const { companyId, accessToken, options, onClose } = latest.current;
  return {
    companyId,
    accessToken,
    options,
    onConnection: (args) => latest.current.onConnection(args),
    onConnectionStarted: (args) => latest.current.onConnectionStarted?.(args),
    onConsent: (args) => latest.current.onConsent?.(args),
    onError: (args) => latest.current.onError(args),
    onFinish: () => latest.current.onFinish(),
    // Whether there is an X depends on it.
    ...(onClose && { onClose: () => latest.current.onClose?.() }),
  };
}

/** The same for the Connections SDK. */
function lateBoundConnections(latest: { current: ConnectionsProps }): ConnectionsProps {
  const { accessToken, options, onClose } = latest.current;
  return {
    accessToken,
    options,
    onDisconnect: (args) => latest.current.onDisconnect?.(args),
    onReconnect: (args) => latest.current.onReconnect?.(args),
    onError: (args) => latest.current.onError?.(args),
    ...(onClose && { onClose: () => latest.current.onClose?.() }),
  };
}

type Constructor<Props> = new (arguments_: { target: HTMLElement; props: Props }) => LinkInstance;

/** What tells the two components apart. */
interface Product<Props> {
  name: string;
  load(options: LoadOptions): Promise<Constructor<Props>>;
  bind(latest: { current: Props }): Props;
}

const forLink: Product<LinkProps> = { name: "Link", load: loadLink, bind: lateBound };
const forConnections: Product<ConnectionsProps> = { name: "Connections", load: loadConnections, bind: lateBoundConnections };

/** An element that a component is mounted in once, and that it leaves with the element. */
function usePlace<Props extends { onError?: (args: ErrorCallbackArgs) => void }>(
  { name, load, bind }: Product<Props>, props: Props, { origin, path, className, style, id }: LoadOptions & PlaceProps,
): ReactElement {
  const target = useRef<HTMLDivElement>(null);
  const latest = useRef<Props>(props);
  useEffect(() => {
    latest.current = props;
  });
  useEffect(() => {
    let gone = false;
    let mounted: LinkInstance | undefined;
    load({ origin, path }).then(
      (Loaded) => {
        if (!gone) mounted = new Loaded({ target: target.current!, props: bind(latest) });
      },
      () => {
        if (!gone) latest.current.onError?.({ message: `${name} could not be loaded.`, errorCode: 503, userRecoverable: true });
      },
    );
    return () => {
      gone = true;
      mounted?.destroy();
    };
    // Read once, as the script does.
  }, []);
  return createElement("div", { ref: target, className, style, id });
}

/** Draws Link into an element of its own. Takes it away when it unmounts. */
export function Link({ origin, path, className, style, id, ...props }: LinkComponentProps): ReactElement {
  return usePlace(forLink, props, { origin, path, className, style, id });
}

/** Draws the Connections SDK into an element of its own. Takes it away when it unmounts. */
export function BowlineConnections({ origin, path, className, style, id, ...props }: ConnectionsComponentProps): ReactElement {
  return usePlace(forConnections, props, { origin, path, className, style, id });
}
