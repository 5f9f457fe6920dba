// GraphiQL with an API key. The key lives in this tab's session storage alone; a link may bring it along as #key=…,
// which is taken out of the address bar at once, so that it does not stay in the history or in a bookmark.
"use strict";

const STORED_KEY = "leadstream:key";

const LEADS = `# Run Leads, copy an id into the variables,
# and run ChangeStatus. LeadFeed, running in
# another window, shows it as it happens.
query Leads {
  leads(first: 10) {
    nodes {
      id
      displayName
      status {
        id
        label
      }
    }
  }
  organization {
    leadStatuses {
      id
      label
    }
  }
}

mutation ChangeStatus($input: ChangeLeadStatusInput!) {
  changeLeadStatus(input: $input) {
    lead {
      id
      displayName
      status {
        label
      }
      version
    }
    errors {
      code
      message
      path
    }
  }
}
`;

const FEED = `# What happens to one lead, as it happens.
# Put its id into the variables and run this;
# then change something in another window.
subscription LeadFeed($leadId: ID!) {
  leadFeed(leadId: $leadId) {
    cursor
    changes {
      __typename
      ... on ActivityAdded {
        activity {
          id
          kind
          headline
        }
      }
      ... on LeadChanged {
        eventType
        lead {
          displayName
          status {
            label
          }
        }
      }
    }
  }
}
`;

const INBOX = `# What you have to handle, oldest first.
# Run Inbox, copy an item's id into the
# variables and run Done or Later.
query Inbox {
  inbox(first: 20) {
    inboxCount
    nodes {
      id
      kind
      title
      arrivedAt
      activityCount
      lead {
        id
        displayName
      }
    }
    pageInfo {
      hasNextPage
      endCursor
    }
  }
}

mutation Done($done: MarkDoneInput!) {
  markDone(input: $done) {
    items {
      id
      title
      view
    }
    inboxCount
    errors {
      code
      message
      path
    }
  }
}

mutation Later($later: SnoozeInput!) {
  snooze(input: $later) {
    items {
      id
      title
      snoozedUntil
    }
    inboxCount
    errors {
      code
      message
      path
    }
  }
}
`;

const tomorrow = new Date(Date.now() + 24 * 60 * 60 * 1000).toISOString();

const TABS = [
  { query: LEADS, variables: JSON.stringify({ input: { leadId: "lead_…", status: "Qualified" } }, null, 2) },
  { query: FEED, variables: JSON.stringify({ leadId: "lead_…" }, null, 2) },
  {
    query: INBOX,
    variables: JSON.stringify(
      { done: { itemIds: ["inbx_…"] }, later: { itemIds: ["inbx_…"], until: tomorrow } },
      null,
      2,
    ),
  },
];

// GraphiQL takes a tab's variables only when it is switched to; those of the first one have to be given to it apart,
// unless this window has tabs of its own already.
const firstVariables = sessionStorage.getItem("graphiql:tabState") === null ? TABS[0].variables : undefined;

const endpoint = new URL(document.body.dataset.endpoint, location.origin);
const socketAddress = new URL(endpoint);
socketAddress.protocol = location.protocol === "https:" ? "wss:" : "ws:";

const field = document.getElementById("key");
const state = document.getElementById("key-state");
const root = ReactDOM.createRoot(document.getElementById("graphiql"));

function keyFromFragment() {
  const key = new URLSearchParams(location.hash.slice(1)).get("key");
  if (key !== null) history.replaceState(null, "", location.pathname + location.search);
  return key;
}

function say(name, text) {
  state.dataset.state = name;
  state.textContent = text;
}

async function check(key) {
  const response = await fetch(endpoint, {
    method: "POST",
    headers: { "content-type": "application/json", authorization: `Bearer ${key}` },
    body: JSON.stringify({ query: "{ __typename }" }),
  });
  if (response.ok) return say("accepted", "Key accepted.");
  const { errors } = await response.json();
  return say("refused", errors[0].message);
}

// A new key makes a new fetcher, upon which GraphiQL asks for the schema again.
function show(key) {
  const authorization = `Bearer ${key}`;
  const fetcher = GraphiQL.createFetcher({
    url: endpoint.href,
    headers: key ? { authorization } : {},
    subscriptionUrl: socketAddress.href,
    wsConnectionParams: key ? { authorization } : {},
  });
  const properties = {
    fetcher,
    defaultTabs: TABS,
    variables: firstVariables,
    defaultEditorToolsVisibility: "variables",
    shouldPersistHeaders: false,
    storage: sessionStorage, // each window has its own tabs; shared ones overwrite each other
  };
  if (!key) properties.schema = null; // or it would ask for the schema without a key and show the refusal
  root.render(React.createElement(GraphiQL, properties));
}

let current = null;

async function use(key) {
  if (key === current) return undefined; // Enter is a change and a submission
  current = key;
  if (key) sessionStorage.setItem(STORED_KEY, key);
  else sessionStorage.removeItem(STORED_KEY);
  field.value = key;
  show(key);
  if (!key) return say("", "Without a key every operation is refused.");
  return check(key).catch(() => say("refused", "The server does not answer."));
}

document.getElementById("key-form").addEventListener("submit", (event) => {
  event.preventDefault();
  use(field.value.trim());
});
field.addEventListener("change", () => use(field.value.trim()));
window.addEventListener("hashchange", () => {
  const key = keyFromFragment();
  if (key !== null) use(key);
});

use(keyFromFragment() ?? sessionStorage.getItem(STORED_KEY) ?? "");
