-- Whoever books for a mentor, as the mentor allows it until they take it back. An assistant sees
-- names and times, and nothing else of a pairing.
create table assistants (
    mentor_id bigint primary key references people on delete cascade,
    -- As the mentor wrote it: whether anybody here has it, they are not told.
    email text not null check (length(email) <= 254),
    assistant_id bigint references people on delete cascade,
    since timestamptz not null,
    constraint assistants_are_somebody_else check (assistant_id <> mentor_id)
);

create index assistants_by_assistant on assistants (assistant_id);

-- Neither books for anybody, nor is booked for, once they have left.
create function leaving_ends_assisting() returns trigger language plpgsql security definer
set search_path = public, pg_temp as $$
begin
    delete from assistants where new.id in (mentor_id, assistant_id);
    return null;
end
$$;

create trigger leaving_ends_assisting after update of deactivated_at on people
    for each row when (new.deactivated_at is not null) execute function leaving_ends_assisting();

-- The mentors whom somebody books for.
create function assisted_mentors() returns setof bigint language sql stable security definer
set search_path = public, pg_temp as $$
    select mentor_id from assistants where assistant_id = acting_person()
$$;

-- What an assistant sees of those mentors and of their open pairings: who meets whom, and when next.
create function assisted_pairings()
returns table (
    mentor_id bigint, mentor text, mentor_time_zone text,
    pairing_id bigint, mentee_id bigint, mentee text, mentee_time_zone text,
    minutes smallint, paused boolean, session_id bigint, starts_at timestamptz
)
language sql stable security definer set search_path = public, pg_temp as $$
    select
        mentor.id, mentor.full_name, mentor.time_zone,
        live.id, mentee.id, mentee.full_name, mentee.time_zone,
        programmes.session_minutes, live.paused_since is not null, coming.id, lower(coming.during)
    from assisted_mentors() assisted
    join people mentor on mentor.id = assisted
    left join (
        select * from pairings
        where num_nulls(mentor_accepted_on, mentee_accepted_on) = 0 and closed_on is null
    ) live on live.mentor_id = mentor.id
    left join programmes on programmes.id = live.programme_id
    left join people mentee on mentee.id = live.mentee_id
    left join lateral (
        select id, during from mentoring_sessions
        where pairing_id = live.id and num_nonnulls(held_on, missed_on, cancelled_on) = 0
        order by during
        limit 1
    ) coming on true
    order by mentor.full_name, mentor.id, mentee.full_name, live.id
$$;

-- Waits for everybody else who changes the pairing or books one of the two. False if the viewer does
-- not book for its mentor.
create function lock_as_assistant(pairing bigint) returns boolean language plpgsql security definer
set search_path = public, pg_temp as $$
declare
    two record;
begin
    if not exists (select from assisted_pairings() where pairing_id = pairing) then
        return false;
    end if;
    select mentor_id, mentee_id into two from pairings where id = pairing for update;
    perform pg_advisory_xact_lock(least(two.mentor_id, two.mentee_id));
    perform pg_advisory_xact_lock(greatest(two.mentor_id, two.mentee_id));
    return exists (select from assisted_pairings() where pairing_id = pairing);
end
$$;

-- The key of the session; none where the two have one already, or do not meet now.
create function book_as_assistant(pairing bigint, at timestamptz, place text, moment timestamptz)
returns bigint language plpgsql security definer set search_path = public, pg_temp as $$
declare
    booked record;
begin
    if not lock_as_assistant(pairing) or at <= moment then
        return null;
    end if;
    insert into mentoring_sessions (pairing_id, kind, during, booked_by, booked_at)
    select
        pairings.id,
        -- As Kind::at says it.
        case
            when met_on is null then 'initial'
            when moving_on_since is not null and final_session_on is null then 'moving_on'
            else 'session'
        end,
        tstzrange(at, at + session_minutes * interval '1 minute'), acting_person(), moment
    from pairings join programmes on programmes.id = programme_id
    where pairings.id = pairing and paused_since is null and not exists (
        select from mentoring_sessions
        where pairing_id = pairing and num_nonnulls(held_on, missed_on, cancelled_on) = 0
    )
    returning id, during into booked;
    if not found then
        return null;
    end if;
    insert into attendances (session_id, person_id, during)
    select booked.id, unnest(array[mentor_id, mentee_id]), booked.during
    from pairings where pairings.id = pairing;
    insert into session_plans (session_id, pairing_id, place)
    values (booked.id, pairing, book_as_assistant.place);
    return booked.id;
end
$$;

-- False if the session is not to come any more, or the two do not meet now.
create function move_as_assistant(pairing bigint, session bigint, at timestamptz, moment timestamptz)
returns boolean language plpgsql security definer set search_path = public, pg_temp as $$
begin
    if not lock_as_assistant(pairing) or at <= moment then
        return false;
    end if;
    update mentoring_sessions
    set during = tstzrange(at, at + (upper(during) - lower(during)))
    from pairings
    where mentoring_sessions.id = session and pairing_id = pairing and pairings.id = pairing
        and paused_since is null and lower(during) > moment
        and num_nonnulls(held_on, missed_on, cancelled_on) = 0;
    return found;
end
$$;

create function cancel_as_assistant(pairing bigint, session bigint, moment timestamptz)
returns boolean language plpgsql security definer set search_path = public, pg_temp as $$
begin
    if not lock_as_assistant(pairing) then
        return false;
    end if;
    update mentoring_sessions
    set cancelled_on = (moment at time zone programmes.time_zone)::date
    from pairings join programmes on programmes.id = programme_id
    where mentoring_sessions.id = session and pairing_id = pairing and pairings.id = pairing
        and lower(during) > moment and num_nonnulls(held_on, missed_on, cancelled_on) = 0;
    if not found then
        return false;
    end if;
    delete from attendances where session_id = session;
    return true;
end
$$;

-- Who entered a session, as the two are told: "Tomas Weir for Ruth Kimani".
create function entered_by(session bigint) returns text language sql stable security definer
set search_path = public, pg_temp as $$
    select full_name || case
        when people.id in (mentor_id, mentee_id) then ''
        else ' for ' || (select full_name from people where id = mentor_id)
    end
    from mentoring_sessions
    join pairings on pairings.id = pairing_id
    join people on people.id = booked_by
    where mentoring_sessions.id = session and of_the_two(pairing_id)
$$;

-- To find a free time, an assistant reads when the two are busy, away and free.
create or replace view busy_times with (security_barrier) as
select person_id, during, session_id
from (
    select person_id, during, session_id from attendances
    union all
    select person_id, during, null
    from calendar_busy
    join calendar_subscriptions on calendar_subscriptions.id = subscription_id
) busy
where person_id in (
    select unnest(array[mentor_id, mentee_id]) from pairings
    where (acting_person() in (mentor_id, mentee_id) or mentor_id in (select assisted_mentors()))
        and offered_on is not null and closed_on is null
);

create or replace function books_with(person bigint) returns boolean
language sql stable security definer set search_path = public, pg_temp as $$
    select person = acting_person() or exists (
        select from pairings
        where (acting_person() in (mentor_id, mentee_id) or mentor_id in (select assisted_mentors()))
            and person in (mentor_id, mentee_id)
            and offered_on is not null and closed_on is null
    )
$$;

alter table assistants enable row level security;
create policy known_to_either on assistants for select
    using (acting_person() in (mentor_id, assistant_id));
create policy named_for_oneself on assistants for insert with check (mentor_id = acting_person());
create policy taken_back_by_the_mentor on assistants for delete using (mentor_id = acting_person());

grant select, insert, delete on assistants to waymark_server;
