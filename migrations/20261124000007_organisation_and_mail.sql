-- Whose Waymark this is. One row, there from the beginning.
create table organisation (
    single boolean primary key default true check (single),
    name text not null default '' check (length(name) <= 100),
    -- An IANA name: where new people and programmes are taken to be.
    time_zone text not null default 'UTC',
    -- Whoever can read mail at one of these may ask to take part by a programme's link.
    mail_domains text[] not null default '{}' check (cardinality(mail_domains) <= 50)
);
insert into organisation default values;

-- How letters leave. No row while there is no way: they wait then, readable for administrators.
create table mail_settings (
    single boolean primary key default true check (single),
    host text not null check (host <> '' and length(host) <= 253),
    port int not null check (port between 1 and 65535),
    -- TLS from the first byte, after STARTTLS, or none (to this machine or a network of one's own).
    security text not null check (security in ('tls', 'starttls', 'none')),
    username text not null default '' check (length(username) <= 200),
    password text not null default '' check (length(password) <= 500),
    -- Where letters come from.
    sender text not null check (length(sender) between 3 and 254)
);

-- Letters that are to be sent, written in the transaction of the act that causes them.
create table letters (
    id bigint generated always as identity primary key,
    -- RFC 5322. The same each time it is tried, so that a letter that came twice shows it.
    message_id text not null
        constraint letters_message_id_taken unique check (length(message_id) <= 300),
    recipient text not null check (length(recipient) between 3 and 254),
    person_id bigint references people on delete set null,
    subject text not null check (subject <> '' and length(subject) <= 300),
    -- Links in it may sign somebody in, so it is cleared away once it is sent.
    body text not null check (length(body) <= 20000),
    written_at timestamptz not null,
    -- Not before this moment: put off further each time it fails.
    due_at timestamptz not null,
    tries smallint not null default 0,
    sent_at timestamptz,
    given_up_at timestamptz,
    -- What the mail server said the last time.
    problem text check (length(problem) <= 500),
    constraint letters_end_one_way check (num_nonnulls(sent_at, given_up_at) <= 1)
);

create index letters_due on letters (due_at) where num_nonnulls(sent_at, given_up_at) = 0;
create index letters_by_person on letters (person_id);

-- The way in to a server that has no administrator yet.
create table set_up_links (
    token_hash bytea primary key check (length(token_hash) = 32),
    expires_at timestamptz not null
);

create function nobody_administers() returns boolean language sql stable security definer
set search_path = public, pg_temp as $$
    select not exists (select from people where administrator_since is not null)
$$;

create function set_up_link_holds(token bytea, moment timestamptz) returns boolean
language sql stable security definer set search_path = public, pg_temp as $$
    select nobody_administers()
        and exists (select from set_up_links where token_hash = token and expires_at > moment)
$$;

-- Makes the first administrator and ends every set-up link; null if there is one already. The lock
-- lets two who try at once be first only one of them.
create function first_administrator(
    token bytea, full_name text, email text, time_zone text, hash text, moment timestamptz
) returns bigint language plpgsql security definer set search_path = public, pg_temp as $$
declare
    made bigint;
begin
    lock table set_up_links in exclusive mode;
    if not set_up_link_holds(token, moment) then
        return null;
    end if;
    insert into people (full_name, email, time_zone, administrator_since, added_at)
    values (full_name, email, time_zone, moment, moment)
    returning id into made;
    insert into passwords values (made, hash, moment);
    insert into audit_events (at, actor_id, act, person_id)
    values (moment, made, 'became the first administrator', made);
    delete from set_up_links;
    return made;
end
$$;

alter table organisation enable row level security;
create policy known on organisation for select using (true);
create policy changed_by_administrators on organisation for update
    using (acting_administrator() or nobody_administers());

alter table mail_settings enable row level security;
-- Letters are sent by nobody in particular.
create policy read_to_send on mail_settings for select using (acting_person() is null);
create policy kept_by_administrators on mail_settings
    using (acting_administrator() or nobody_administers());

alter table letters enable row level security;
create policy written_by_whoever_causes_them on letters for insert with check (true);
create policy read_by_administrators on letters for select using (acting_administrator());
create policy tried_again_by_administrators on letters for update using (acting_administrator());
create policy read_to_send on letters for select using (acting_person() is null);
create policy sent_for_nobody_in_particular on letters for update using (acting_person() is null);

alter table set_up_links enable row level security;
create policy made_while_nobody_administers on set_up_links for insert
    with check (nobody_administers());

grant select, update on organisation to waymark_server;
grant select, insert, update, delete on mail_settings to waymark_server;
grant insert on letters to waymark_server;
grant select (
    id, message_id, recipient, person_id, subject, body, written_at, due_at, tries, sent_at, given_up_at,
    problem
) on letters to waymark_server;
grant update (body, due_at, tries, sent_at, given_up_at, problem) on letters to waymark_server;
grant insert on set_up_links to waymark_server;
