-- As in PostgreSQL, so that both answer the same questions. One ringway alone has a file like this, and asks none of them.

create table nodes (
    node text primary key,
    beat integer not null
) strict;

create table seats (
    agent        text primary key,
    node         text not null,
    wanted_by    text,
    ready        integer not null,
    pause_reason text,
    paused_at    integer,
    moves        integer not null,
    in_call      integer not null
) strict;

alter table agents add column node text not null default '';
create unique index agents_of_node on agents (node, id);
alter table sessions add column node text not null default '';
alter table call_backs add column taken_on text;
