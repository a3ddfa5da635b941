-- Recordings of calls: a row says that there is one, or was, and what is wrong with it. The sound is a file of its own.

create table recordings (
    call_id      text primary key,
    began_at     timestamptz,      -- null: not known any more
    announced_at timestamptz,      -- when both had been told; null: nobody was, or it is not known any more
    seconds      double precision not null,
    bytes        bigint not null,  -- as the file lies on the disk
    file         text,             -- its name in the folder of recordings; null: there is nothing to hear
    fault        text,             -- what is wrong with it, in a sentence
    ended_at     timestamptz not null,
    deleted_at   timestamptz
);

create index recordings_to_delete on recordings (ended_at) where deleted_at is null;

-- Who did what that others have a right to know of.
create table audit (
    seq     bigint generated always as identity primary key,
    at      timestamptz not null,
    agent   text not null,
    action  text not null,
    call_id text not null
);

create index audit_of_call on audit (call_id, seq);
