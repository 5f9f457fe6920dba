-- Plain CRUD tables of :leads leads with :activities activities each, for PostGraphile. Run by psql.
CREATE SCHEMA crm;
SET search_path = crm;

CREATE TABLE org (id uuid PRIMARY KEY, name text);
CREATE TABLE usr (id text PRIMARY KEY, name text, email text);
CREATE TABLE status (id text PRIMARY KEY, label text);
CREATE TABLE lead (
    id text PRIMARY KEY, name text, status_id text REFERENCES status (id), status_label text, url text,
    description text, created_at timestamptz, updated_at timestamptz, custom jsonb, addresses jsonb);
CREATE TABLE contact (
    id text PRIMARY KEY, lead_id text REFERENCES lead (id), name text, title text, emails jsonb, phones jsonb);
CREATE TABLE opportunity (
    id text PRIMARY KEY, lead_id text REFERENCES lead (id), status_label text, value bigint, currency text,
    confidence int, expected date, note text, contact_id text REFERENCES contact (id));
CREATE TABLE task (
    id text PRIMARY KEY, lead_id text REFERENCES lead (id), text text, due date, assigned_to text REFERENCES usr (id),
    is_complete bool);
CREATE TABLE activity (
    id text PRIMARY KEY, lead_id text REFERENCES lead (id), kind text, occurred_at timestamptz,
    user_id text REFERENCES usr (id), contact_id text REFERENCES contact (id), direction text, duration int, phone text,
    note text, subject text, body text, old_status text, new_status text, pinned_at timestamptz,
    is_pinned bool NOT NULL DEFAULT false);

INSERT INTO usr SELECT 'user_' || i, 'User ' || i, 'user' || i || '@acme.test' FROM generate_series(1, 20) i;
INSERT INTO status SELECT 'stat_' || i, 'Status ' || i FROM generate_series(0, 5) i;
INSERT INTO lead
SELECT 'lead_' || i, 'Company ' || i, 'stat_' || (i % 6), 'Status ' || (i % 6), 'https://c' || i || '.test',
    repeat('lorem ipsum ', 8), now() - random() * interval '500 d', now(),
    '{"cf_a":"x","cf_b":["A","B"],"cf_c":42}',
    '[{"label":"business","address1":"1 Main St","city":"Springfield","state":"IL","postalCode":"62701","country":"US"}]'
FROM generate_series(1, :leads) i;
INSERT INTO contact
SELECT 'cont_' || l || '_' || c, 'lead_' || l, 'Contact ' || l || '/' || c, 'Title ' || c,
    jsonb_build_array(jsonb_build_object('email', 'c' || l || '_' || c || '@c.test', 'type', 'office')),
    jsonb_build_array(jsonb_build_object('phone', '+1650555' || l, 'type', 'direct'))
FROM generate_series(1, :leads) l, generate_series(1, 3) c;
INSERT INTO opportunity
SELECT 'oppo_' || l || '_' || c, 'lead_' || l, 'Active', l * 100, 'USD', 50, current_date + 30, 'note',
    'cont_' || l || '_1'
FROM generate_series(1, :leads) l, generate_series(1, 2) c;
INSERT INTO task
SELECT 'task_' || l || '_' || c, 'lead_' || l, 'Call back ' || c, current_date + c, 'user_' || (1 + l % 20), false
FROM generate_series(1, :leads) l, generate_series(1, 3) c;
INSERT INTO activity
SELECT 'acti_' || l || '_' || a, 'lead_' || l,
    (array['call', 'email', 'note', 'sms', 'lead_status_change'])[1 + a % 5], now() - a * interval '7 h',
    'user_' || (1 + a % 20), 'cont_' || l || '_' || (1 + a % 3), 'outbound', a * 3, '+16505551234',
    CASE WHEN a % 5 IN (0, 2) THEN repeat('note text ', 12) END, CASE WHEN a % 5 = 1 THEN 'Subject ' || a END,
    CASE WHEN a % 5 IN (1, 3) THEN repeat('body text here ', 20) END, CASE WHEN a % 5 = 4 THEN 'Potential' END,
    CASE WHEN a % 5 = 4 THEN 'Qualified' END, CASE WHEN a IN (2, 7) THEN now() END, a IN (2, 7)
FROM generate_series(1, :leads) l, generate_series(1, :activities) a;

CREATE INDEX ON lead (status_id);
CREATE INDEX ON lead (created_at DESC, id DESC);
CREATE INDEX ON contact (lead_id);
CREATE INDEX ON opportunity (lead_id);
CREATE INDEX ON opportunity (contact_id);
CREATE INDEX ON task (lead_id);
CREATE INDEX ON task (assigned_to);
CREATE INDEX ON activity (lead_id, occurred_at DESC, id DESC);
CREATE INDEX ON activity (lead_id, is_pinned);
CREATE INDEX ON activity (contact_id);
CREATE INDEX ON activity (user_id);
CREATE INDEX ON activity (occurred_at);
VACUUM ANALYZE usr, status, lead, contact, opportunity, task, activity;
