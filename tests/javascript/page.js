// A lead page in a front end with a normalising cache: Apollo Client, queries over HTTP, the feed over a websocket.
// Arguments: the addresses of both, an API key, a lead. Reads the page, says so, and applies the feed's items to the cache
// until the lead is called "The end". Prints what the page shows then, and what a new client reads.
import { ApolloClient, gql, HttpLink, InMemoryCache, split } from "@apollo/client";
import { GraphQLWsLink } from "@apollo/client/link/subscriptions";
import { getMainDefinition } from "@apollo/client/utilities";
import { createClient } from "graphql-ws";

const [url, websocket, key, leadId] = process.argv.slice(2);
const say = (line) => process.stdout.write(`${JSON.stringify(line)}\n`);
const authorization = `Bearer ${key}`;
const sockets = createClient({ url: websocket, connectionParams: { authorization } });
const isSubscription = ({ query }) => getMainDefinition(query).operation === "subscription";

const introspected = await fetch(url, {
  method: "POST",
  headers: { authorization, "content-type": "application/json" },
  body: JSON.stringify({ query: "{ __schema { types { kind name possibleTypes { name } } } }" }),
});
const { types } = (await introspected.json()).data.__schema;
const abstract = types.filter(({ possibleTypes }) => possibleTypes);
const possibleTypes = Object.fromEntries(abstract.map((one) => [one.name, one.possibleTypes.map(({ name }) => name)]));

function newClient() {
  const http = new HttpLink({ uri: url, headers: { authorization } });
  const link = split(isSubscription, new GraphQLWsLink(sockets), http);
  return new ApolloClient({ link, cache: new InMemoryCache({ possibleTypes }) });
}

const ENTRY = gql`
  fragment Entry on Activity { id kind headline pinnedAt version }
`;
const LEFT = gql`
  fragment Left on Lead { id name status { id label } taskCount contacts { id name } tasks { id text completedAt } }
`;
const PAGE = gql`
  query Page($id: ID!) {
    lead(id: $id) {
      ...Left
      pinnedActivities { id }
      activities(first: 100) { nodes { ...Entry } }
      feedCursor
    }
  }
  ${LEFT} ${ENTRY}
`;
const FEED = gql`
  subscription Feed($id: ID!, $after: Cursor) {
    leadFeed(leadId: $id, after: $after) {
      cursor
      changes {
        __typename
        ... on LeadChanged { lead { ...Left } }
        ... on ActivityAdded { activity { ...Entry } }
        ... on ActivityChanged { activity { ...Entry } }
        ... on ActivityRemoved { activityId }
        ... on PinsChanged { lead { id } pinnedActivities { id } }
      }
    }
  }
  ${LEFT} ${ENTRY}
`;

// What has an id finds its place in the cache by itself; lists are told what came and what went.
function apply(cache, change) {
  const lead = cache.identify({ __typename: "Lead", id: leadId });
  const activities = (edit) =>
    cache.modify({
      id: lead,
      fields: { activities: (page, { readField }) => ({ ...page, nodes: edit(page.nodes, readField) }) },
    });
  if (change.__typename === "ActivityAdded") {
    const entry = { __ref: cache.identify(change.activity) };
    activities((nodes) => [entry, ...nodes.filter(({ __ref }) => __ref !== entry.__ref)]);
  } else if (change.__typename === "ActivityRemoved") {
    activities((nodes, readField) => nodes.filter((node) => readField("id", node) !== change.activityId));
  } else if (change.__typename === "PinsChanged") {
    const pins = change.pinnedActivities.map((pin) => ({ __ref: cache.identify(pin) }));
    cache.modify({ id: lead, fields: { pinnedActivities: () => pins } });
  }
}

const variables = { id: leadId };
const client = newClient();
let shown = null;
const page = client.watchQuery({ query: PAGE, variables });
page.subscribe({ next: ({ data, dataState }) => (shown = dataState === "complete" ? data.lead : shown) });
const { data } = await client.query({ query: PAGE, variables });
const after = data.lead.feedCursor;
const followed = new Promise((resolve, reject) => {
  const feed = client.subscribe({ query: FEED, variables: { ...variables, after } });
  feed.subscribe({
    error: reject,
    next: ({ data, error }) => {
      if (error) return reject(error);
      for (const change of data.leadFeed.changes) apply(client.cache, change);
      if (data.leadFeed.changes.some(({ lead }) => lead?.name === "The end")) resolve();
    },
  });
});
say({ read: data.lead.name });
await followed;
await new Promise((resolve) => setTimeout(resolve, 50)); // until what watches was told
const fresh = await newClient().query({ query: PAGE, variables });
const { feedCursor: _, ...now } = fresh.data.lead;
const { feedCursor: __, ...kept } = shown;
say({ shown: kept, fresh: now });
await sockets.dispose();
process.exit(0);
