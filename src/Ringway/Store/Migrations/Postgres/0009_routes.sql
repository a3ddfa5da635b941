-- Lines' rules that somebody has changed in the desk; they take the place of those in the configuration file.

create table routes (
    line     text primary key,
    rules    text not null,    -- JSON, with the keys of lines[].routes
    version  bigint not null,   -- grows with each change
    by_agent text not null,
    at       timestamptz not null
);
