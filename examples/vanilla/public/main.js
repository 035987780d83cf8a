const dialog = document.querySelector("dialog");
const log = document.querySelector("#log");

function tell(callback, args) {
  const line = document.createElement("li");
  line.textContent = args ? `${callback} ${JSON.stringify(args)}` : callback;
  log.append(line);
}

async function connect() {
  const { bowlineUrl, companyId, accessToken } = await (await fetch("/session", { method: "POST" })).json();
  const { Link } = await import(`${bowlineUrl}/sdk/link.js`);
  dialog.showModal();
  new Link({
    target: dialog,
    props: {
      companyId,
      accessToken,
      onConsent: (consent) => tell("onConsent", consent),
      onConnectionStarted: (connection) => tell("onConnectionStarted", connection),
      onConnection: (connection) => tell("onConnection", connection),
      onError: (error) => tell("onError", error),
      onFinish: () => end("onFinish"),
      onClose: () => end("onClose"),
    },
  });
}

function end(callback) {
  tell(callback);
  dialog.close();
}

// However the dialog closes, Link goes with it: removing its element is enough.
dialog.addEventListener("close", () => dialog.replaceChildren());
document.querySelector("#connect").addEventListener("click", () => connect().catch((fault) => tell(String(fault))));
