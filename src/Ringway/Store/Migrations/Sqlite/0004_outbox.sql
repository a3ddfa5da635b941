-- What is told to webhooks of the operator's own: an event is here until the webhook has taken it, or, dead, for 30 days more.

create table outbox (
    seq        integer primary key autoincrement, -- in the order in which it happened
    id         text not null unique,
    node       text not null,    -- the machine whose call it is, and that sends it
    endpoint   text not null,
    call_id    text not null,
    type       text not null,
    body       text not null,
    created_at integer not null,
    due_at     integer not null, -- the next try
    expires_at integer not null, -- a try that fails then is the last one
    tries      integer not null,
    last_error text,
    dead_at    integer           -- null: it waits
) strict;

create index outbox_waiting on outbox (node, endpoint, call_id, seq) where dead_at is null;
