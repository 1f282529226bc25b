-- In programmes whose mentees ask, they look for a mentor themselves.

-- Whether the viewer may look for one: a mentee of the programme without a pairing, or a completed one.
create function looks_for_a_mentor(programme bigint, moment timestamptz) returns boolean
language sql stable security definer set search_path = public, pg_temp as $$
    select exists (
        select from programmes
        join enrolments on programme_id = programmes.id
        where programmes.id = programme and person_id = acting_person() and part = 'mentee'
            and left_at is null and who_asks in ('mentees', 'both')
            and opened_at is not null and archived_at is null
            and (moment at time zone time_zone)::date <= ends_on
            and not exists (
                select from pairings
                where pairings.programme_id = programme and mentee_id = acting_person()
                    and (closed_on is null or closed_how in ('completed', 'completed_early'))
            )
    )
$$;

-- Whom they may ask: mentors with a free place who are not away. Whoever would rather not be paired
-- with the other is left out without a word, and so are line managers.
create function mentors_to_ask(programme bigint, moment timestamptz)
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
        and people.id is distinct from (select line_manager_id from people own where own.id = acting_person())
        and people.line_manager_id is distinct from acting_person()
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

-- The viewer asks one of them: an offer that the mentee has accepted. Null if they are not to be
-- asked (any more).
create function ask_mentor(programme bigint, mentor bigint, moment timestamptz) returns bigint
language plpgsql security definer set search_path = public, pg_temp as $$
declare
    today date;
    asked bigint;
begin
    perform from enrolments
    where programme_id = programme and (
        (person_id = mentor and part = 'mentor') or (person_id = acting_person() and part = 'mentee')
    )
    order by person_id for update;
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
