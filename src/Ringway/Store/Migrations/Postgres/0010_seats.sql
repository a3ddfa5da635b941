-- Several ringways on one database: who lives, where each agent may be rung, whose sign-ins are whose, and news for the others.

create table nodes (
    node text primary key,
    beat bigint not null      -- one more with each sign of life; the others see whether it changes, so nobody's clock is asked
);

create table seats (
    agent        text primary key,
    node         text not null,     -- the ringway that may ring her; one that is not in nodes: nobody's
    wanted_by    text,              -- the one that asks for her
    ready        boolean not null,  -- whether she takes calls, as she last said, wherever
    pause_reason text,
    paused_at    timestamptz,
    moves        bigint not null,   -- one more each time she comes to a ringway, or says whether she takes calls
    in_call      boolean not null   -- for her colleagues' pages; some seconds old
);

-- Each machine has a key of its own for password_mark, and a phone exists in one Asterisk only. '' is from before machines were told apart.
alter table sessions drop constraint sessions_agent_fkey;
alter table agents drop constraint agents_pkey;
alter table agents add column node text not null default '';
alter table agents add primary key (node, id);
alter table sessions add column node text not null default '';

alter table call_backs add column taken_on text;   -- the ringway of the agent who is calling

-- Whoever listens to 'ringway' hears the name of the table that has changed, once a transaction.
create function tell_ringways() returns trigger language plpgsql as
    'begin perform pg_notify(''ringway'', tg_table_name); return null; end';
create trigger nights_told after insert or update or delete on nights for each statement execute function tell_ringways();
create trigger call_backs_told after insert or update or delete on call_backs for each statement execute function tell_ringways();
create trigger routes_told after insert or update or delete on routes for each statement execute function tell_ringways();
create trigger nodes_told after insert or delete on nodes for each row execute function tell_ringways();
create trigger seats_told after insert or delete or update of node, wanted_by, moves on seats for each row execute function tell_ringways();
