-- What Meta told by webhook. Each event is here once, so that doubles are known; bodies only of what may be asked for later.

create table webhooks (
    id          text primary key,
    field       text not null,
    kind        text not null,
    is_known    boolean not null,
    happened_at timestamptz not null,
    received_at timestamptz not null,
    body        text
);

create index webhooks_by_arrival on webhooks (received_at);
create index webhooks_kept on webhooks (field, happened_at desc) where body is not null;

-- What Meta told of calls; a call's record has the same wacid, or none when ringway was away.
create table whatsapp_calls (
    wacid            text primary key,
    line             text not null,
    who              text not null,
    by_user          boolean not null,
    user_id          text,
    name             text,
    created_at       timestamptz,
    started_at       timestamptz,   -- answered
    ended_at         timestamptz,
    duration_seconds integer,
    status           text,
    error_code       integer,
    error            text,
    payload          text,      -- of the button or link that the user tapped
    voicemail        text,      -- Meta's id of the recorded message
    heard_at         timestamptz not null
);

create index calls_by_wacid on calls (wacid) where wacid is not null;
