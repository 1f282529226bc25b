-- Nobody mentors whom they manage, be it through somebody else, and nobody is mentored so. Which of the
-- two is whose manager makes no difference.
create function in_line(one bigint, other bigint) returns boolean
language sql stable security definer set search_path = public, pg_temp as $$
    select exists (
        select from people below
        left join people above on above.id = below.line_manager_id
        where (below.id = one and other in (below.line_manager_id, above.line_manager_id))
            or (below.id = other and one in (below.line_manager_id, above.line_manager_id))
    )
$$;

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
$$;
