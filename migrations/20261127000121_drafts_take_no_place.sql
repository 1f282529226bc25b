-- What coordinators propose is a secret of theirs until they publish it, and the place that it takes would tell
-- it: of all mentors, whoever is proposed would see theirs alone. So it takes none from those who ask. What
-- has no place any more is held back when it is published.

create or replace function mentors_to_ask(programme bigint, moment timestamptz)
returns table (
    person_id bigint, full_name text, job_title text, department text, location text, about text
)
language sql stable security definer set search_path = public, pg_temp as $$
    select people.id, full_name, job_title, department, location, enrolments.about
    from programmes
    join enrolments on enrolments.programme_id = programmes.id
    join people on people.id = enrolments.person_id
    where programmes.id = programme and looks_for_a_mentor(programme, moment)
        and part = 'mentor' and left_at is null and deactivated_at is null
        and people.id <> acting_person()
        and (
            select count(*) from pairings
            where pairings.programme_id = programme and mentor_id = people.id and closed_on is null
                and offered_on is not null
        ) < enrolments.capacity
        and not exists (
            select from people own
            left join people above on above.id = own.line_manager_id
            where own.id = acting_person() and people.id in (own.line_manager_id, above.line_manager_id)
        )
        and people.line_manager_id is distinct from acting_person()
        and not exists (
            select from people between_them
            where between_them.id = people.line_manager_id
                and between_them.line_manager_id = acting_person()
        )
        and not exists (
            select from exclusions
            join applications on applications.id = application_id
            where applications.programme_id = programme and sent_at is not null
                and array[applications.person_id, exclusions.person_id]
                    <@ array[people.id, acting_person()]
        )
        and not exists (
            select from applications
            where applications.programme_id = programme and applications.person_id = people.id
                and applications.part = 'mentor'
                and (moment at time zone programmes.time_zone)::date between away_from and away_until
        )
        and not exists (
            select from pairings
            where pairings.programme_id = programme and mentor_id = people.id
                and mentee_id = acting_person() and closed_how = 'declined'
                and mentee_accepted_on is not null and mentor_accepted_on is null
        )
$$;

create or replace function pairings_keep_the_rules() returns trigger language plpgsql security definer
set search_path = public, pg_temp as $$
declare
    -- A mentee who asks makes an offer of it at once.
    offering boolean := new.offered_on is not null and (tg_op = 'INSERT' or old.offered_on is null);
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

    -- What is proposed or re-opened counts all that is open, proposals included; what is offered counts only
    -- what was offered; an acceptance counts only what was accepted.
    select count(*) into taken from pairings
    where programme_id = new.programme_id and mentor_id = new.mentor_id
        and closed_on is null and id <> new.id
        and case
            when reopening then true
            when offering then offered_on is not null
            when tg_op = 'INSERT' then true
            else mentee_accepted_on is not null
        end;
    if taken >= places then
        raise exception 'the mentor has no free place'
            using errcode = 'check_violation', constraint = 'pairings_within_capacity';
    end if;
    return new;
end
$$;
