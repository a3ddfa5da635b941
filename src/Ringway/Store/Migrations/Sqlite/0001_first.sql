-- Times are whole microseconds since 1970, UTC. Lists are JSON arrays of ids.

create table agents (
    id            text primary key,
    name          text not null,
    password_hash text not null,
    password_mark text not null   -- keyed fingerprint of the configured password: has it changed?
) strict;

create table sessions (
    token_hash text primary key,  -- SHA-256 of the token; the token itself is nowhere
    agent      text not null references agents (id) on delete cascade,
    sip_user   text,
    ready      integer not null,
    created    integer not null,
    last_seen  integer not null,
    expires    integer not null
) strict;

create table calls (
    id               text primary key,
    direction        text not null,
    state            text not null,
    line_id          text not null,
    line_number      text not null,
    line_name        text not null,
    customer_name    text,
    customer_number  text,
    customer_user_id text,
    wacid            text,        -- WhatsApp's own id of the call, for asking Meta about it
    agent            text,
    offered_to       text not null,
    arrived_at       integer not null,
    offered_at       integer,
    answered_at      integer,
    ended_at         integer,     -- null: the call is open
    outcome_what     text,
    outcome_whose    text,
    outcome_sentence text,
    sip_status       integer,
    detail           text
) strict;

create index calls_by_arrival on calls (arrived_at desc, id desc);
create index calls_open on calls (id) where ended_at is null;
