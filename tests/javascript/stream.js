// The reference client of GraphQL over server-sent events as a front end uses it. Arguments: the address of streams, an
// API key, a lead, the cursor of its page, how many events to see. Its one subscription comes back by itself when the
// stream is lost, each time with the cursor of the last item as Last-Event-ID, so that nothing comes twice.
// Prints a line whenever it is connected, then one for each event; at the end how a query and a mutation were answered.
import { createClient } from "graphql-sse";

const [url, key, leadId, after, count] = process.argv.slice(2);
const say = (line) => process.stdout.write(`${JSON.stringify(line)}\n`);
let last = null;
const client = createClient({
  url,
  headers: () => ({ authorization: `Bearer ${key}`, ...(last && { "last-event-id": last }) }),
  retryAttempts: 100,
  retry: () => new Promise((resolve) => setTimeout(resolve, 50)),
  on: { connected: (retrying) => say({ connected: true, retrying }) },
});
const query = `subscription ($leadId: ID!, $after: Cursor) {
  leadFeed(leadId: $leadId, after: $after) {
    cursor idempotencyKey
    changes { __typename ... on LeadChanged { eventType lead { status { label } } } }
  }
}`;

let seen = 0;
for await (const { data, errors } of client.iterate({ query, variables: { leadId, after } })) {
  if (errors) throw new Error(JSON.stringify(errors));
  last = data.leadFeed.cursor;
  say(data.leadFeed);
  if (++seen === Number(count)) break;
}
const answers = [];
for (const query of ["{ viewer { name } }", "mutation { createApiKey(input: {}) { errors { code } } }", "{ nope }"]) {
  for await (const { data, errors } of client.iterate({ query })) {
    answers.push(data ?? errors.map(({ extensions }) => extensions.code));
  }
}
say({ answers });
client.dispose();
