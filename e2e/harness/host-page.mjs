// Runs in the page of a fintech that embeds Link; host.mjs serves it. It is what a
// fintech would write, plus a record of everything that a test wants to know.

const { sdk, blocked, links } = JSON.parse(document.getElementById("setup").textContent);

/** Callbacks in the order in which they came: { link, name, args }. */
window.told = [];
/** What the page's own policy refused. */
window.violations = [];
/** Every window that was asked for: a handle, or null where the browser refused. */
window.opened = [];
/** The instances by the id of their target, and the props that they were given. */
window.instances = {};
window.props = {};

addEventListener("securitypolicyviolation", ({ effectiveDirective, blockedURI }) => {
  window.violations.push(`${effectiveDirective} ${blockedURI}`);
});

const openWindow = window.open;
window.open = (...given) => {
  const handle = blocked ? null : openWindow.apply(window, given);
  window.opened.push(handle);
  return handle;
};

/** Takes Link off the page as the integration guide says. */
window.unembed = (id = "link") => {
  const target = document.getElementById(id);
  target.removeChild(target.children[0]);
};

/**
 * Puts Link into the target with that id. `callbacks` are the props to pass;
 * those in `leaveOn` take Link off the page, those in `throwOn` throw.
 */
window.embed = ({ id = "link", companyId, accessToken, options, callbacks, leaveOn = [], throwOn = [] }) => {
  const props = { companyId, accessToken, options };
  for (const name of callbacks) {
    props[name] = (...args) => {
      window.told.push({ link: id, name, args: args.filter((one) => one !== undefined) });
      if (leaveOn.includes(name)) window.unembed(id);
      if (throwOn.includes(name)) throw new Error(`the host's ${name} fails`);
    };
  }
  window.props[id] = props;
  window.instances[id] = new window.Link({ target: document.getElementById(id), props });
};

try {
  const exported = await import(sdk);
  window.Link = exported.CodatLink ?? exported.CodatConnections;
  for (const link of links) window.embed(link);
  document.documentElement.dataset.ready = "";
} catch (fault) {
  document.documentElement.dataset.failed = fault.message;
}
