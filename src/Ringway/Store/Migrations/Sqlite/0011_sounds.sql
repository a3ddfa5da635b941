-- Sounds that somebody uploaded in the desk, as Asterisk plays them.

create table sounds (
    name     text primary key,
    samples  blob not null,    -- signed 16-bit linear, little endian, 16 kHz, one channel
    mark     text not null,    -- their SHA-256
    by_agent text not null,
    at       integer not null
) strict;
