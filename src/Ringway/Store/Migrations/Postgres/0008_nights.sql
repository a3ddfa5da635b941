-- Lines that somebody has closed or opened by hand, against their hours.

create table nights (
    line     text primary key,
    open     boolean not null,
    until    timestamptz,      -- null: until somebody ends it
    by_agent text not null,
    at       timestamptz not null
);
