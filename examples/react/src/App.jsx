import { useEffect, useRef, useState } from "react";
import { Link } from "@bowline/react";

export function App() {
  const [session, setSession] = useState();
  const [log, setLog] = useState([]);
  const tell = (callback, args) => setLog((lines) => [...lines, args ? `${callback} ${JSON.stringify(args)}` : callback]);

  async function connect() {
    const response = await fetch("/session", { method: "POST" });
    setSession(await response.json());
  }

  function end(callback) {
    tell(callback);
    setSession(undefined);
  }

  return (
    <>
      <h1>Your account</h1>
      <button onClick={connect}>Connect your books</button>
      {session && (
        <Modal onClose={() => setSession(undefined)}>
          <Link
            style={{ height: "100%" }}
            origin={session.bowlineUrl}
            companyId={session.companyId}
            accessToken={session.accessToken}
            onConsent={(consent) => tell("onConsent", consent)}
            onConnectionStarted={(connection) => tell("onConnectionStarted", connection)}
            onConnection={(connection) => tell("onConnection", connection)}
            onError={(error) => tell("onError", error)}
            onFinish={() => end("onFinish")}
            onClose={() => end("onClose")}
          />
        </Modal>
      )}
      <h2>What Link told us</h2>
      <ol id="log">{log.map((line, n) => <li key={n}>{line}</li>)}</ol>
    </>
  );
}

function Modal({ onClose, children }) {
  const dialog = useRef(null);
  useEffect(() => dialog.current.showModal(), []);
  return <dialog ref={dialog} aria-label="Connect your books" onClose={onClose}>{children}</dialog>;
}
