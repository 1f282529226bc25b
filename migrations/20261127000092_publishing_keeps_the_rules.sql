-- What was allowed when it was proposed may be allowed no longer when it is offered, or taken up again.

create or replace function pairings_keep_the_rules() returns trigger language plpgsql security definer
set search_path = public, pg_temp as $$
declare
    offering boolean := tg_op = 'UPDATE' and old.offered_on is null and new.offered_on is not null;
    reopening boolean := tg_op = 'UPDATE' and old.closed_on is not null;
    places smallint;
    taken bigint;
begin
    if in_line(new.mentee_id, new.mentor_id) then
        raise exception 'a line manager cannot be the mentor'
            using errcode = 'check_violation', constraint = 'pairings_not_a_line_manager';
    end if;

    -- It is the mentee's acceptance that takes the place; the mentor's takes none.
    if tg_op = 'UPDATE' and not offering and not reopening
        and old.mentee_accepted_on is not distinct from new.mentee_accepted_on
    then
        return new;
    end if;

    -- A pairing that is re-opened is like a new one. Nobody who has the programme waits for a closed
    -- pairing.
    if reopening then
        perform from programmes where id = new.programme_id for share;
    end if;

    select capacity into places from enrolments
    where programme_id = new.programme_id and person_id = new.mentor_id and part = 'mentor'
    for update;

    -- What begins counts all that is open, proposals included; what is offered, of several proposals, is
    -- beside what was offered; an acceptance counts only what was accepted.
    select count(*) into taken from pairings
    where programme_id = new.programme_id and mentor_id = new.mentor_id
        and closed_on is null and id <> new.id
        and case
            when tg_op = 'INSERT' or reopening then true
            when offering then offered_on is not null
            else mentee_accepted_on is not null
        end;
    if taken >= places then
        raise exception 'the mentor has no free place'
            using errcode = 'check_violation', constraint = 'pairings_within_capacity';
    end if;
    return new;
end
$$;

create function pairings_wait_for_the_mentor() returns trigger language plpgsql security definer
set search_path = public, pg_temp as $$
begin
    if exists (
        select from applications
        where programme_id = new.programme_id and person_id = new.mentor_id and part = 'mentor'
            and new.offered_on between away_from and away_until
    ) then
        raise exception 'the mentor is away'
            using errcode = 'check_violation', constraint = 'pairings_not_while_away';
    end if;
    return new;
end
$$;

create trigger pairings_are_offered_by_the_rules before update on pairings
    for each row when (old.offered_on is null and new.offered_on is not null)
    execute function pairings_keep_the_rules();

create trigger pairings_are_offered_by_those_at_hand before update on pairings
    for each row when (old.offered_on is null and new.offered_on is not null)
    execute function pairings_wait_for_the_mentor();

create trigger pairings_are_offered_with_good_will before update on pairings
    for each row when (old.offered_on is null and new.offered_on is not null)
    execute function pairings_keep_the_wishes();

create trigger pairings_are_reopened_with_good_will before update on pairings
    for each row when (old.closed_on is not null and new.closed_on is null)
    execute function pairings_keep_the_wishes();
