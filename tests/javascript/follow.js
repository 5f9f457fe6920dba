// The reference client of graphql-transport-ws as a front end uses it. Arguments: the websocket's address, an API key,
// a lead, the cursor of its page, how many events to see. Follows the feed from there, over lost connections and
// stopped servers too: a silent reconnection starts again from its old cursor, and what was applied is dropped.
// Prints a line as soon as it follows, then one for each event.
import { createClient } from "graphql-ws";

const [url, key, leadId, start, count] = process.argv.slice(2);
const say = (line) => process.stdout.write(`${JSON.stringify(line)}\n`);
const client = createClient({
  url,
  connectionParams: { authorization: `Bearer ${key}` },
  retryAttempts: 100,
  retryWait: () => new Promise((resolve) => setTimeout(resolve, 50)),
  shouldRetry: () => true,
  on: { connected: (_socket, _payload, retrying) => say({ connected: true, retrying }) },
});
const query = `subscription ($leadId: ID!, $after: Cursor) {
  leadFeed(leadId: $leadId, after: $after) {
    cursor idempotencyKey
    changes { __typename ... on LeadChanged { eventType lead { status { label } } } }
  }
}`;

const applied = new Set();
let after = start;
while (applied.size < Number(count)) {
  for await (const { data, errors } of client.iterate({ query, variables: { leadId, after } })) {
    if (errors) throw new Error(JSON.stringify(errors));
    const item = data.leadFeed;
    after = item.cursor;
    if (applied.has(item.cursor)) continue;
    applied.add(item.cursor);
    say(item);
    if (applied.size === Number(count)) break;
  }
}
await client.dispose();
