-- name: principal
-- Whom a key stands for, and how new the organization is. $1 key_hash bytea.
SELECT k.org_id, k.user_id, k.key_id,
       (SELECT e.stream_version FROM events e WHERE e.org_id = k.org_id AND e.stream_id = k.org_id
        ORDER BY e.stream_version DESC LIMIT 1) AS organization_version
FROM api_key k WHERE k.key_hash = $1;

-- name: add_key
-- $1 key_hash bytea, $2 org_id uuid, $3 user_id uuid, $4 key_id uuid.
INSERT INTO api_key (key_hash, org_id, user_id, key_id) VALUES ($1, $2, $3, $4);

-- name: organizations
-- Every organization, oldest first; at most $2. $1 name text or null for all.
SELECT org_id, name FROM organization_name WHERE $1::text IS NULL OR name = $1 ORDER BY org_id LIMIT $2;

-- name: add_organization
-- $1 org_id uuid, $2 name text.
INSERT INTO organization_name (org_id, name) VALUES ($1, $2) ON CONFLICT (org_id) DO NOTHING;

-- name: rename_organization
-- $1 org_id uuid, $2 name text.
UPDATE organization_name SET name = $2 WHERE org_id = $1;

-- name: remove_key
-- $1 org_id uuid, $2 key_id uuid.
DELETE FROM api_key WHERE org_id = $1 AND key_id = $2;

-- name: invitation
-- Which invitation a link stands for. $1 token_hash bytea.
SELECT org_id, invitation_id FROM invitation_token WHERE token_hash = $1;

-- name: add_invitation
-- $1 token_hash bytea, $2 org_id uuid, $3 invitation_id uuid, $4 expires_at timestamptz.
INSERT INTO invitation_token (token_hash, org_id, invitation_id, expires_at) VALUES ($1, $2, $3, $4);

-- name: forget_invitations
-- Remove a batch of links that are too old. $1 expired before timestamptz, $2 limit int. Gives what went.
DELETE FROM invitation_token WHERE token_hash IN
    (SELECT token_hash FROM invitation_token WHERE expires_at < $1 ORDER BY expires_at LIMIT $2)
RETURNING invitation_id;
