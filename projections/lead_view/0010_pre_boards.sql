-- Lists of all opportunities and of all tasks, in each of their orders, and of whose they are.

CREATE INDEX lead_opportunity_created ON lead_opportunity (org_id, created_at, opportunity_id);
CREATE INDEX lead_opportunity_updated ON lead_opportunity (org_id, updated_at, opportunity_id);
CREATE INDEX lead_opportunity_won ON lead_opportunity (org_id, date_won, opportunity_id);
CREATE INDEX lead_opportunity_value ON lead_opportunity (org_id, value, opportunity_id);
CREATE INDEX lead_opportunity_status ON lead_opportunity (org_id, status_id, created_at, opportunity_id);
CREATE INDEX lead_opportunity_user ON lead_opportunity (org_id, user_id, created_at, opportunity_id);

-- Open tasks are few among many that are done.
CREATE INDEX lead_task_open_created ON lead_task (org_id, created_at, task_id) WHERE completed_at IS NULL;
CREATE INDEX lead_task_open_day ON lead_task (org_id, due_date, task_id)
    WHERE completed_at IS NULL AND due_date IS NOT NULL;
CREATE INDEX lead_task_open_instant ON lead_task (org_id, due_at, task_id)
    WHERE completed_at IS NULL AND due_at IS NOT NULL;
CREATE INDEX lead_task_open_undated ON lead_task (org_id, task_id)
    WHERE completed_at IS NULL AND due_date IS NULL AND due_at IS NULL;
CREATE INDEX lead_task_own_day ON lead_task (org_id, assigned_to, due_date, task_id)
    WHERE completed_at IS NULL AND due_date IS NOT NULL;
CREATE INDEX lead_task_own_instant ON lead_task (org_id, assigned_to, due_at, task_id)
    WHERE completed_at IS NULL AND due_at IS NOT NULL;
CREATE INDEX lead_task_own_undated ON lead_task (org_id, assigned_to, task_id)
    WHERE completed_at IS NULL AND due_date IS NULL AND due_at IS NULL;
CREATE INDEX lead_task_done_created ON lead_task (org_id, created_at, task_id) WHERE completed_at IS NOT NULL;
CREATE INDEX lead_task_done_day ON lead_task (org_id, due_date, task_id)
    WHERE completed_at IS NOT NULL AND due_date IS NOT NULL;
CREATE INDEX lead_task_done_instant ON lead_task (org_id, due_at, task_id)
    WHERE completed_at IS NOT NULL AND due_at IS NOT NULL;
CREATE INDEX lead_task_done_undated ON lead_task (org_id, task_id)
    WHERE completed_at IS NOT NULL AND due_date IS NULL AND due_at IS NULL;
CREATE INDEX lead_task_done_own ON lead_task (org_id, assigned_to, created_at, task_id) WHERE completed_at IS NOT NULL;
