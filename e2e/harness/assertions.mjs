// What must hold at the end of a journey, as the fintech sees it through the API
// and as it is really stored.

import assert from "node:assert/strict";

/** What the fintech sees afterwards: one connection, complete. */
export async function assertLinked(bowline, company, { key = "mqjo", name = key === "mqjo" ? "Accounting Sandbox" : "Independent Books", tenant } = {}) {
  const all = await bowline.connections(company.id);
  assert.equal(all.length, 1, `one connection, not ${JSON.stringify(all)}`);
  const [connection] = all;
  const { id, integrationId, sourceId, created, dataConnectionErrors, ...rest } = connection;
  for (const value of [id, integrationId, sourceId]) assert.match(value, /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
  assert.match(created, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/);
  for (const item of dataConnectionErrors ?? []) assert.equal(item.status, "Resolved", "what went wrong before is over");
  assert.deepEqual(rest, {
    integrationKey: key, sourceType: "Accounting", status: "Linked",
    platformName: name,
    linkUrl: `${bowline.url}/link/companies/${company.id}/connections/${id}/start`,
    ...(rest.connectionInfo && { connectionInfo: rest.connectionInfo }),
  });
  const [stored] = await bowline.query(`SELECT tenant_name FROM connections WHERE id = '${connection.id}'`);
  if (tenant) assert.equal(stored.tenant_name, tenant);
  const grants = await bowline.query("SELECT connection_id FROM grants");
  assert.deepEqual(grants, [{ connection_id: connection.id }]);
  return connection;
}

/**
 * Nothing is half made: the one connection waits for its authorization, keeps no
 * token, and tells the fintech why in `errors` active items with that status.
 */
export async function assertNotLinked(bowline, company, { status, errors = 1 } = {}) {
  const all = await bowline.connections(company.id);
  assert.equal(all.length, 1, `one connection, not ${JSON.stringify(all)}`);
  const [connection] = all;
  assert.equal(connection.status, "PendingAuth");
  const items = connection.dataConnectionErrors ?? [];
  assert.equal(items.length, errors, JSON.stringify(items));
  for (const item of items) {
    assert.equal(item.statusCode, status);
    assert.equal(item.errorMessage, status === "403" ? "User cancelled" : "Unknown error occurred");
  }
  assert.deepEqual(await bowline.query("SELECT connection_id FROM grants"), []);
  const open = await bowline.query("SELECT id FROM authorizations WHERE status IN ('exchanging', 'choosing') OR sealed_grant IS NOT NULL");
  assert.deepEqual(open, []);
  const told = Array.from({ length: errors }, () => "connection.failed");
  assert.deepEqual(await bowline.events(company.id), ["company.created", "connection.created", ...told]);
  return connection;
}
