-- Why an agent takes no calls: an id of the configuration's pauseReasons; null when she takes them, or has not said.

alter table sessions add column pause_reason text;
alter table sessions add column paused_at integer;
