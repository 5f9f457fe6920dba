-- name: known_files
-- What commands need to know of files: those of leads, and uploads that nothing used yet.
-- $1 org_id uuid, $2 file ids uuid[], $3 kind of the claim of an upload that was used text.
SELECT file_id, name, content_type, size_bytes, sha256, lead_id, NULL::uuid AS user_id, NULL::timestamptz AS expires_at
FROM files_tab WHERE org_id = $1 AND file_id = ANY ($2::uuid[])
UNION ALL
SELECT u.file_id, u.name, u.content_type, u.size_bytes, u.sha256, NULL, u.user_id, u.expires_at
FROM upload u WHERE u.org_id = $1 AND u.file_id = ANY ($2::uuid[])
AND NOT EXISTS (SELECT 1 FROM claims c WHERE c.org_id = $1 AND c.kind = $3 AND c.key = u.file_id::text)
LIMIT 1000;

-- name: need_content
-- Content is to be kept: from now on nobody takes it for unused. Waits for whoever removes it just now.
-- $1 org_id uuid, $2 sha256 text, $3 size_bytes bigint, $4 now timestamptz.
INSERT INTO stored_content (org_id, sha256, size_bytes, needed_at) VALUES ($1, $2, $3, $4)
ON CONFLICT (org_id, sha256) DO UPDATE SET needed_at = excluded.needed_at;

-- name: add_upload
-- $1 org_id uuid, $2 file_id uuid, $3 user_id uuid, $4 name text, $5 content_type text, $6 size_bytes bigint,
-- $7 sha256 text, $8 created_at timestamptz, $9 expires_at timestamptz.
INSERT INTO upload (org_id, file_id, user_id, name, content_type, size_bytes, sha256, created_at, expires_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9);

-- name: waiting_uploads
-- How many uploads of a user wait, and their bytes; of at most $6. Used ones count only until they are swept.
-- $1 org_id uuid, $2 user_id uuid, $3 now timestamptz, $4 kind of the claim text, $5 leave out those used bool, $6 limit int.
SELECT count(*) AS files, coalesce(sum(size_bytes), 0)::bigint AS bytes FROM (
    SELECT u.size_bytes FROM upload u WHERE u.org_id = $1 AND u.user_id = $2 AND u.expires_at > $3
    AND NOT ($5 AND EXISTS (SELECT 1 FROM claims c
                            WHERE c.org_id = $1 AND c.kind = $4 AND c.key = u.file_id::text))
    LIMIT $6) waiting;

-- name: forget_uploads
-- Remove a batch of uploads that ran out. $1 expired before timestamptz, $2 limit int. Gives what went.
DELETE FROM upload WHERE (org_id, file_id) IN
    (SELECT org_id, file_id FROM upload WHERE expires_at < $1 ORDER BY expires_at LIMIT $2)
RETURNING file_id;

-- name: forgotten_content
-- Content of which nobody has looked for long whether it is used. $1 needed before timestamptz, $2 limit int.
SELECT org_id, sha256 FROM stored_content WHERE needed_at < $1 ORDER BY needed_at LIMIT $2;

-- name: unused_content
-- Lock content that nothing uses; no row where something does, or it was kept lately.
-- $1 org_id uuid, $2 sha256 text, $3 needed before timestamptz.
SELECT sha256 FROM stored_content s WHERE s.org_id = $1 AND s.sha256 = $2 AND s.needed_at < $3
AND NOT EXISTS (SELECT 1 FROM upload u WHERE u.org_id = $1 AND u.sha256 = $2)
AND NOT EXISTS (SELECT 1 FROM files_tab f WHERE f.org_id = $1 AND f.sha256 = $2)
FOR UPDATE OF s SKIP LOCKED;

-- name: forget_content
-- $1 org_id uuid, $2 sha256 text.
DELETE FROM stored_content WHERE org_id = $1 AND sha256 = $2;

-- name: content_is_used
-- Look again later. $1 org_id uuid, $2 sha256 text, $3 needed before timestamptz, $4 now timestamptz.
UPDATE stored_content SET needed_at = $4 WHERE org_id = $1 AND sha256 = $2 AND needed_at < $3;

-- name: make_secret
-- $1 secret bytea; the first one stays.
INSERT INTO file_secret (number, secret) VALUES (1, $1) ON CONFLICT (number) DO NOTHING;

-- name: secret
SELECT secret FROM file_secret WHERE number = 1;
