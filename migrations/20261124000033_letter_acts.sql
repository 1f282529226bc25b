-- The links in letters whose page has a button that acts without signing in: that a session happened,
-- that a target is done. Only the hash of a token is kept; a link is good for one thing and for a while.
create table letter_acts (
    token_hash bytea primary key check (length(token_hash) = 32),
    person_id bigint not null references people on delete cascade,
    pairing_id bigint not null references pairings on delete cascade,
    session_id bigint references mentoring_sessions on delete cascade,
    -- The day on which a target of theirs is due.
    due_on date,
    expires_at timestamptz not null,
    constraint letter_acts_of_one_thing check (num_nonnulls(session_id, due_on) = 1)
);

create index letter_acts_by_person on letter_acts (person_id);
create index letter_acts_by_pairing on letter_acts (pairing_id);
create index letter_acts_by_session on letter_acts (session_id);

-- For whom and for what a link is, should it still be good.
create function act_behind(token bytea, moment timestamptz)
returns table (
    id bigint, full_name text, time_zone text, pairing_id bigint, session_id bigint, due_on date
)
language sql stable security definer set search_path = public, pg_temp as $$
    select people.id, full_name, people.time_zone, letter_acts.pairing_id, session_id, due_on
    from letter_acts
    join people on people.id = person_id
    where token_hash = token and expires_at > moment and deactivated_at is null
$$;

create function forget_letter_acts(moment timestamptz) returns void
language sql security definer set search_path = public, pg_temp as $$
    delete from letter_acts where expires_at <= moment
$$;

alter table letter_acts enable row level security;
create policy written_for_nobody_in_particular on letter_acts for insert
    with check (acting_person() is null);

grant insert on letter_acts to waymark_server;

-- The sessions to come of somebody who is about to be deactivated, so that their partners' calendars
-- are told. Keys alone: when they are is not an administrator's to know.
create function sessions_that_fall_through(person bigint, moment timestamptz) returns setof bigint
language plpgsql security definer set search_path = public, pg_temp as $$
begin
    if not acting_administrator() then
        return;
    end if;
    perform from pairings where person in (mentor_id, mentee_id) order by id for update;
    return query
    select mentoring_sessions.id
    from mentoring_sessions
    join pairings on pairings.id = pairing_id
    where person in (mentor_id, mentee_id) and closed_on is null and lower(during) > moment
        and num_nonnulls(held_on, missed_on, cancelled_on) = 0
    order by mentoring_sessions.id;
end
$$;
