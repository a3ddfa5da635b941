-- Recordings of calls: a row says that there is one, or was, and what is wrong with it. The sound is a file of its own.

create table recordings (
    call_id      text primary key,
    began_at     integer,          -- null: not known any more
    announced_at integer,          -- when both had been told; null: nobody was, or it is not known any more
    seconds      real not null,
    bytes        integer not null, -- as the file lies on the disk
    file         text,             -- its name in the folder of recordings; null: there is nothing to hear
    fault        text,             -- what is wrong with it, in a sentence
    ended_at     integer not null,
    deleted_at   integer
) strict;

create index recordings_to_delete on recordings (ended_at) where deleted_at is null;

-- Who did what that others have a right to know of.
create table audit (
    seq     integer primary key autoincrement,
    at      integer not null,
    agent   text not null,
    action  text not null,
    call_id text not null
) strict;

create index audit_of_call on audit (call_id, seq);
