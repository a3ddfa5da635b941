-- Sounds that somebody uploaded in the desk, as Asterisk plays them.

create table sounds (
    name     text primary key,
    samples  bytea not null,   -- signed 16-bit linear, little endian, 16 kHz, one channel
    mark     text not null,    -- their SHA-256
    by_agent text not null,
    at       timestamptz not null
);
-- Not worth compressing; and so their length is known without reading them.
alter table sounds alter column samples set storage external;

create trigger sounds_told after insert or update or delete on sounds for each statement execute function tell_ringways();
