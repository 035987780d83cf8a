// The Portal in French: not its own words alone, but what the server says there too. The API
// and what is kept stay English.

import assert from "node:assert/strict";
import { withPortal } from "../harness/portal.mjs";
import { scenario } from "../harness/scenario.mjs";
import { until } from "../harness/until.mjs";

/** Chooses a language in the top bar. */
async function speaks(staff, from, language) {
  await staff.button(from).click();
  await staff.page.getByRole("menuitemradio", { name: language }).or(staff.page.getByRole("menuitem", { name: language })).first().click();
}

scenario("portal in French: refusals, guides and events are French, the API is English", async (s) => {
  const { bowline, admin } = await withPortal(s);
  await admin.goes("/developers/events?type=company.created", "Event catalog");
  await admin.page.getByText("A company was created.", { exact: true }).waitFor();
  await speaks(admin, "Language: EN", "Français (Canada)");
  await admin.sees("Catalogue d’événements");
  await admin.page.getByText("Une entreprise a été créée.", { exact: true }).waitFor(); // fetched anew, without a reload
  await admin.assertAccessible("events in French");
  await admin.shows("french-events");

  // A refusal of the server, where it was caused.
  await admin.goes("/settings/instances", "Instances");
  const taken = (await admin.does("GET", "/instances")).results[0].name;
  await admin.button("Nouvelle instance").click();
  await admin.field("Nom").fill(taken);
  await admin.button("Créer").click();
  await admin.page.getByText(`Une autre instance s’appelle déjà ${taken}.`).waitFor();
  await admin.assertAccessible("refused in French");
  await admin.shows("french-refused");
  await admin.page.keyboard.press("Escape");

  // What is kept of it is English, and reads in the language of whoever looks.
  const log = async (language) => (await admin.page.evaluate(async (language) => {
    const answer = await fetch("/portal/api/requests?status=4xx", { headers: { "Accept-Language": language } });
    return answer.json();
  }, language)).results.map(({ message }) => message);
  await until("the refusal in the log", async () => (await log("en-US")).includes(`Another instance is called ${taken}.`));
  assert.ok((await log("fr-CA")).includes(`Une autre instance s’appelle déjà ${taken}.`));
  await admin.goes("/developers/requests", "Journal des requêtes");

  // Setting up integrations.
  for (const [key, name, texts] of [
    ["gbol", "Xero", ["Ajoutez-y l’URI de redirection, exactement telle qu’elle est affichée ici.", "Xero certifie les applications"]],
    ["exgd", "Stripe", ["Demandez la permission read_only au soutien de Stripe.", "Son secret de signature commence par whsec_."]],
    ["knfz", "Sage Intacct", ["Prenez une licence de développeur Sage Intacct.", "Mot de passe d’expéditeur"]],
  ]) {
    await admin.goes(`/settings/integrations/${key}`, new RegExp(name));
    for (const text of texts) await admin.page.getByText(text).first().waitFor();
    await admin.assertAccessible(`guide of ${name} in French`);
    await admin.shows(`french-guide-${key}`);
  }
  await admin.goes("/settings/integrations/gbol", /Xero/);
  await admin.field("Identifiant client").waitFor();
  await admin.button("Lancer l’essai").click();
  await admin.page.getByText("L’intégration n’est pas encore configurée ; il manque : l’identifiant client.".replace(/ (?=[;:])/g, "\u00a0")).waitFor();

  // What a test has shown.
  await admin.goes("/settings/integrations/mqjo", /Accounting Sandbox/);
  await admin.button("Lancer l’essai").click();
  const [tab] = await Promise.all([admin.page.waitForEvent("popup"), admin.link("Se connecter chez le fournisseur").click()]);
  await tab.getByText(/Robin Ellery/).click();
  await tab.getByRole("button", { name: "Allow" }).click();
  await admin.page.getByText("Chaque étape a réussi").waitFor();
  await admin.page.getByText(/avec un jeton d’actualisation/).first().waitFor();
  await admin.page.getByText("Échange du code").scrollIntoViewIfNeeded();
  await admin.shows("french-trial");

  // Servers go on reading English, whatever they accept.
  const refused = await fetch(`${bowline.url}/api/companies/00000000-0000-4000-8000-000000000000`, {
    headers: { Authorization: `Basic ${Buffer.from(bowline.apiKey).toString("base64")}`, "Accept-Language": "fr-CA" },
  });
  assert.match((await refused.json()).error, /^No company exists/);

  // So does whoever goes back to English, and the door speaks the language of the browser.
  await admin.goes("/developers/events?type=company.created", "Catalogue d’événements");
  await speaks(admin, "Langue: FR", "English");
  await admin.page.getByText("A company was created.", { exact: true }).waitFor();
});

scenario("portal in French: the door says in French that a password is wrong", async (s) => {
  const { admin } = await withPortal(s);
  await admin.does("DELETE", "/me/sessions");
  await admin.page.context().clearCookies();
  await admin.open("/sign-in");
  await speaks(admin, /^Language/, "Français (Canada)");
  await admin.sees("Connexion");
  await admin.field("Adresse courriel professionnelle").fill(admin.email);
  await admin.field("Mot de passe").fill("not the password at all");
  await admin.button("Se connecter").click();
  await admin.page.getByText("L’adresse courriel ou le mot de passe n’est pas le bon.").waitFor();
  await admin.assertAccessible("sign-in in French");
  await admin.shows("french-door");
});
