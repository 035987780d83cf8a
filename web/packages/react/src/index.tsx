// Link as a React component. It mounts once: callbacks may change with every render,
// a new company or token needs a new key.

import { createElement, useEffect, useRef, type HTMLAttributes, type ReactElement } from "react";
import { loadLink, type LinkInstance, type LinkProps, type LoadOptions } from "@bowline/link";

export type * from "@bowline/link";

export interface LinkComponentProps extends LinkProps, LoadOptions {
  /** Of the element around Link, which fills it. */
  className?: string;
  style?: HTMLAttributes<HTMLDivElement>["style"];
  id?: string;
}

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

/** Draws Link into an element of its own. Takes it away when it unmounts. */
export function Link({ origin, path, className, style, id, ...props }: LinkComponentProps): ReactElement {
  const target = useRef<HTMLDivElement>(null);
  const latest = useRef<LinkProps>(props);
  useEffect(() => {
    latest.current = props;
  });
  useEffect(() => {
    let gone = false;
    let link: LinkInstance | undefined;
    loadLink({ origin, path }).then(
      (Loaded) => {
        if (!gone) link = new Loaded({ target: target.current!, props: lateBound(latest) });
      },
      () => {
        if (!gone) latest.current.onError({ message: "Link could not be loaded.", errorCode: 503, userRecoverable: true });
      },
    );
    return () => {
      gone = true;
      link?.destroy();
    };
    // Read once, as the script does.
  }, []);
  return createElement("div", { ref: target, className, style, id });
}
