-- Lists are JSON arrays of ids.

create table agents (
    id            text primary key,
    name          text not null,
    password_hash text not null,
    password_mark text not null   -- keyed fingerprint of the configured password: has it changed?
);

create table sessions (
    token_hash text primary key,  -- SHA-256 of the token; the token itself is nowhere
    agent      text not null references agents (id) on delete cascade,
    sip_user   text,
    ready      boolean not null,
    created    timestamptz not null,
    last_seen  timestamptz not null,
    expires    timestamptz not null
);

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
    arrived_at       timestamptz not null,
    offered_at       timestamptz,
    answered_at      timestamptz,
    ended_at         timestamptz,     -- null: the call is open
    outcome_what     text,
    outcome_whose    text,
    outcome_sentence text,
    sip_status       integer,
    detail           text
);

create index calls_by_arrival on calls (arrived_at desc, id desc);
create index calls_open on calls (id) where ended_at is null;
