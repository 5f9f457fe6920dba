-- The log is asked by what happened and by who did it.

CREATE INDEX events_name ON events (org_id, name, position);
CREATE INDEX events_actor ON events (org_id, actor_user, position) WHERE actor_user IS NOT NULL;
