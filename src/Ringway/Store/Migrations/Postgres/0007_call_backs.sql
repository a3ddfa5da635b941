-- Callers who did not want to wait any longer, or left a message, and are to be called back. A row goes when somebody has talked with the user.

create table call_backs (
    id       text primary key, -- of the call in which she asked
    line     text not null,
    number   text not null,
    name     text,
    message  boolean not null, -- she left one in that call
    asked_at timestamptz not null,
    taken_by text,             -- the agent who is calling just now
    taken_at timestamptz,
    unique (line, number)
);
