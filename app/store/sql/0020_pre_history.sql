-- The log is asked by what happened, by who did it, and by the request in which it was done: an import is one, however
-- much it brings.

CREATE INDEX events_name ON events (org_id, name, position);
CREATE INDEX events_actor ON events (org_id, actor_user, position) WHERE actor_user IS NOT NULL;
CREATE INDEX events_request ON events (org_id, correlation_id, position);
DROP INDEX events_correlation;
