// How to stand on each screen of hosted Link, for the tests that do the same
// thing on all of them.

import { people } from "./customer.mjs";
import { allOptional, instanceOf, linkSettings } from "./settings.mjs";

const connect = async ({ customer, company }) => {
  await customer.open(company.redirect);
  await customer.toPicker();
};

const toConsent = async (stage, name = /Accounting Sandbox/) => {
  await connect(stage);
  await stage.customer.pick(name);
};

const toSignIn = async (stage) => {
  await toConsent(stage);
  await stage.customer.accept();
  await stage.customer.seesSignIn();
};

/** The link that an owner makes at the picker; the owner's page waits. */
export async function toHandOver(stage) {
  const { customer } = stage;
  await connect(stage);
  await customer.press(customer.button("Someone else has the sign-in"));
  await customer.page.getByText("Choose one from the list first.").waitFor();
  await customer.press(customer.page.getByRole("radio", { name: /Accounting Sandbox/ }));
  await customer.sees("consent");
  await customer.press(customer.button("Agree and make a link"));
  await customer.sees("handover");
  return customer.page.locator("code.address").innerText();
}

/** Screen by screen: how it is reached. A stage is { bowline, company, customer, s }. */
export const screens = {
  landing: async ({ bowline, customer, company }) => {
    await linkSettings(bowline, { landing: { enabled: true, title: "Welcome", body: "Two minutes." } });
    await customer.open(company.redirect);
  },
  invite: async ({ bowline, customer }) => customer.open(`${bowline.url}/link/invite/${await instanceOf(bowline)}`),
  main: ({ customer, company }) => customer.open(company.redirect),
  picker: connect,
  notListed: async (stage) => {
    await connect(stage);
    await stage.customer.press(stage.customer.button("My software is not listed"));
  },
  consent: (stage) => toConsent(stage),
  guide: async (stage) => {
    await toConsent(stage, /Guided Sandbox/);
    await stage.customer.agree();
  },
  credentials: async ({ customer, company }) => {
    await customer.open(company.redirect);
    await customer.toPicker("Commerce");
    await customer.pick(/Keys Sandbox/);
    await customer.agree();
  },
  handover: toHandOver,
  device: async (stage) => {
    await connect(stage);
    await stage.customer.press(stage.customer.button("Continue on another device"));
  },
  helper: async (stage) => {
    const owner = { ...stage, customer: await stage.s.customer() };
    await stage.customer.open(await toHandOver(owner));
  },
  tenants: async (stage) => {
    await toSignIn(stage);
    await stage.customer.grant(people.bookkeeper);
  },
  error: async (stage) => {
    await toSignIn(stage);
    await stage.customer.signIn();
    await stage.customer.press(stage.customer.button("Deny"));
  },
  success: async (stage) => {
    await toSignIn(stage);
    await stage.customer.grant();
  },
  done: async ({ bowline, customer, company }) => {
    await linkSettings(bowline, { sourceTypes: allOptional });
    await customer.open(company.redirect);
    await customer.press(customer.button("Complete"));
  },
  expired: ({ bowline, customer }) => customer.open(`${bowline.url}/link/go#abcd-efgh`),
  notFound: ({ bowline, customer }) => customer.open(`${bowline.url}/link/company/0190a0b0-0000-7000-8000-000000000000`),
};

/** Stands on a screen. */
export async function reach(stage, screen) {
  await screens[screen](stage);
  await stage.customer.sees(screen);
}
