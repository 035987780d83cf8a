"use client";

import { useRef, useState } from "react";
import { initLink } from "@bowline/link";

export function Connect() {
  const dialog = useRef(null);
  const [log, setLog] = useState([]);
  const tell = (callback, args) => setLog((lines) => [...lines, args ? `${callback} ${JSON.stringify(args)}` : callback]);

  async function connect() {
    const response = await fetch("/session", { method: "POST" });
    const { bowlineUrl, companyId, accessToken } = await response.json();
    dialog.current.showModal();
    initLink(dialog.current, {
      companyId,
      accessToken,
      onConsent: (consent) => tell("onConsent", consent),
      onConnectionStarted: (connection) => tell("onConnectionStarted", connection),
      onConnection: (connection) => tell("onConnection", connection),
      onError: (error) => tell("onError", error),
      onFinish: () => end("onFinish"),
      onClose: () => end("onClose"),
    }, { origin: bowlineUrl }).catch(() => dialog.current.close()); // onError was told why
  }

  function end(callback) {
    tell(callback);
    dialog.current.close();
  }

  // However the dialog closes, Link goes with it: removing its element is enough.
  const clear = () => dialog.current.replaceChildren();

  return (
    <>
      <button onClick={connect}>Connect your books</button>
      <dialog ref={dialog} aria-label="Connect your books" onClose={clear} />
      <h2>What Link told us</h2>
      <ol id="log">{log.map((line, n) => <li key={n}>{line}</li>)}</ol>
    </>
  );
}
