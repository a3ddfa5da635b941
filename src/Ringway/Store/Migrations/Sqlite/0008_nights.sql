-- Lines that somebody has closed or opened by hand, against their hours.

create table nights (
    line     text primary key,
    open     integer not null, -- 1: open, 0: closed
    until    integer,          -- null: until somebody ends it
    by_agent text not null,
    at       integer not null
) strict;
