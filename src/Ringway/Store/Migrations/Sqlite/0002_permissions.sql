-- Who may be called from which line, as far as we have heard; Meta knows better and is asked before a call.

create table permissions (
    line       text not null,
    who        text not null,     -- number with +, or WhatsApp's id of a user without one
    user_id    text,              -- WhatsApp's id besides the number
    facts      text not null,     -- JSON of WhatsApp/Permissions/Permission.cs
    changed_at integer not null,
    primary key (line, who)
) strict;

create index permissions_by_user_id on permissions (line, user_id) where user_id is not null;
