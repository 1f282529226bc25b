-- Whoever pairs people of a programme, or changes whom there is to pair, takes the programme before any
-- pairing or enrolment of it: so nobody waits for somebody who waits for them.

-- The mentor's enrolment comes before the mentee's, as where a pairing is made by hand.
create or replace function ask_mentor(programme bigint, mentor bigint, moment timestamptz) returns bigint
language plpgsql security definer set search_path = public, pg_temp as $$
declare
    today date;
    asked bigint;
begin
    perform from programmes where id = programme for share;
    perform from enrolments
    where programme_id = programme and person_id = mentor and part = 'mentor'
    for update;
    perform from enrolments
    where programme_id = programme and person_id = acting_person() and part = 'mentee'
    for no key update;
    if not exists (select from mentors_to_ask(programme, moment) where person_id = mentor) then
        return null;
    end if;
    select (moment at time zone time_zone)::date into today from programmes where id = programme;
    insert into pairings (programme_id, mentor_id, mentee_id, proposed_on, offered_on, mentee_accepted_on)
    values (programme, mentor, acting_person(), today, today, today)
    returning id into asked;
    return asked;
end
$$;

-- What a mentor changes of their own application may give them more places.
create or replace function applications_go_live() returns trigger language plpgsql security definer
set search_path = public, pg_temp as $$
begin
    perform from programmes where id = new.programme_id for share;
    update enrolments set about = new.about, capacity = new.capacity
    where programme_id = new.programme_id and person_id = new.person_id and part = new.part;
    return new;
end
$$;

create or replace function leave_programme(programme bigint, own_part text, moment timestamptz) returns boolean
language plpgsql security definer set search_path = public, pg_temp as $$
begin
    perform from programmes where id = programme for share;
    perform from pairings
    where programme_id = programme and closed_on is null
        and case own_part when 'mentor' then mentor_id else mentee_id end = acting_person()
    order by id
    for update;
    perform from enrolments
    where programme_id = programme and person_id = acting_person() and part = own_part
    for update;
    if exists (
        select from pairings
        where programme_id = programme and closed_on is null and offered_on is not null
            and case own_part when 'mentor' then mentor_id else mentee_id end = acting_person()
    ) then
        return false;
    end if;
    update pairings
    set closed_on = greatest(proposed_on, (moment at time zone time_zone)::date),
        closed_how = 'moved_or_left'
    from programmes
    where programmes.id = programme and programme_id = programme and closed_on is null
        and case own_part when 'mentor' then mentor_id else mentee_id end = acting_person();
    if exists (
        select from pairings
        where programme_id = programme
            and case own_part when 'mentor' then mentor_id else mentee_id end = acting_person()
    ) then
        update enrolments set left_at = moment
        where programme_id = programme and person_id = acting_person() and part = own_part;
    else
        delete from enrolments
        where programme_id = programme and person_id = acting_person() and part = own_part;
    end if;
    return true;
end
$$;

-- A pairing that is re-opened is like a new one. Nobody who has the programme waits for a closed pairing.
create or replace function pairings_keep_the_rules() returns trigger language plpgsql security definer
set search_path = public, pg_temp as $$
declare
    places smallint;
    taken bigint;
begin
    if in_line(new.mentee_id, new.mentor_id) then
        raise exception 'a line manager cannot be the mentor'
            using errcode = 'check_violation', constraint = 'pairings_not_a_line_manager';
    end if;

    -- It is the mentee's acceptance that takes the place; the mentor's takes none.
    if tg_op = 'UPDATE' and old.closed_on is null
        and old.mentee_accepted_on is not distinct from new.mentee_accepted_on
    then
        return new;
    end if;

    if tg_op = 'UPDATE' and old.closed_on is not null then
        perform from programmes where id = new.programme_id for share;
    end if;

    select capacity into places from enrolments
    where programme_id = new.programme_id and person_id = new.mentor_id and part = 'mentor'
    for update;

    -- An insert counts what is proposed and offered too; an acceptance only what was accepted.
    select count(*) into taken from pairings
    where programme_id = new.programme_id and mentor_id = new.mentor_id
        and closed_on is null and id <> new.id
        and (tg_op = 'INSERT' or mentee_accepted_on is not null);
    if taken >= places then
        raise exception 'the mentor has no free place'
            using errcode = 'check_violation', constraint = 'pairings_within_capacity';
    end if;
    return new;
end
$$;
