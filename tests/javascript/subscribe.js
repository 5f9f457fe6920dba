// The reference client of graphql-transport-ws on a journey. Arguments: the websocket's address, an API key.
// Subscribes, changes a lead's status over the same socket, and prints what arrived.
import { createClient } from "graphql-ws";

const [url, key] = process.argv.slice(2);
const client = createClient({ url, connectionParams: { authorization: `Bearer ${key}` }, retryAttempts: 0 });

const subscription = client.iterate({
  query: `subscription Feed($id: ID!) {
    leadFeed(leadId: $id) { changes { __typename ... on LeadChanged { eventType lead { status { label } } } } }
  }`,
  variables: { id: "lead_1" },
});
const first = subscription.next();

async function change(status) {
  const mutation = client.iterate({
    query: "mutation ($input: ChangeLeadStatusInput!) { changeLeadStatus(input: $input) { errors { code } } }",
    variables: { input: { leadId: "lead_1", status } },
  });
  const answers = [];
  for await (const answer of mutation) answers.push(answer);
  return answers;
}

// The subscription may not listen yet when the first change is made, so changes are made until one arrives.
let arrived = null;
first.then((item) => (arrived = item.value));
let answers = [];
while (arrived === null) {
  answers = await change("Qualified");
  await new Promise((resolve) => setTimeout(resolve, 20));
}
await subscription.return();
await client.dispose();
console.log(JSON.stringify({ answers, arrived }));
