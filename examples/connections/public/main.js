const dialog = document.querySelector("dialog");
const log = document.querySelector("#log");

function tell(callback, args) {
  const line = document.createElement("li");
  line.textContent = args ? `${callback} ${JSON.stringify(args)}` : callback;
  log.append(line);
}

/** Asks our own server for a token, and Bowline for the script. */
async function prepare(script) {
  const session = await (await fetch("/session", { method: "POST" })).json();
  return { ...session, sdk: await import(`${session.bowlineUrl}/sdk/${script}.js`) };
}

async function connect() {
  const { sdk, companyId, accessToken } = await prepare("link");
  dialog.showModal();
  new sdk.Link({
    target: dialog,
    props: {
      companyId,
      accessToken,
      onConnection: (connection) => tell("onConnection", connection),
      onError: (error) => tell("onError", error),
      onFinish: () => end("onFinish"),
      onClose: () => end("onClose"),
    },
  });
}

async function manage() {
  const { sdk, accessToken } = await prepare("connections");
  dialog.showModal();
  new sdk.Connections({
    target: dialog,
    props: {
      accessToken, // says whose connections they are
      onDisconnect: (connection) => tell("onDisconnect", connection),
      onReconnect: (connection) => tell("onReconnect", connection),
      onError: (error) => tell("onError", error),
      onClose: () => end("onClose"),
      options: { text: { "accounting.connectionDetails.dataTypes": ["Invoices and bills", "Profit and loss"] } },
    },
  });
}

function end(callback) {
  tell(callback);
  dialog.close();
}

// However the dialog closes, what is in it goes with it: removing its element is enough.
dialog.addEventListener("close", () => dialog.replaceChildren());
for (const [button, open] of Object.entries({ connect, manage })) {
  document.querySelector(`#${button}`).addEventListener("click", () => open().catch((fault) => tell(String(fault))));
}
