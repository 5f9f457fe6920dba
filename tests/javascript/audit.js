// Audits a server for GraphQL over HTTP. Arguments: its address, an API key. Prints every audit that is not ok.
import { serverAudits } from "graphql-http";

const [url, key] = process.argv.slice(2);
const fetchFn = (address, options = {}) =>
  fetch(address, { ...options, headers: { ...options.headers, authorization: `Bearer ${key}` } });

const audits = serverAudits({ url, fetchFn });
const results = await Promise.all(audits.map(({ fn }) => fn()));
const failed = results.filter(({ status }) => status !== "ok").map(({ id, status, name, reason }) => ({ id, status, name, reason }));
console.log(JSON.stringify({ count: results.length, failed }));
