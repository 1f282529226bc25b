-- Whoever runs a programme is told the same of its people, whatever else they run. That somebody has been
-- a mentor to the end, and that two were paired before, are facts of the whole organisation: with whom,
-- where and when is not told.

create function experienced_mentors(programme bigint) returns setof bigint
language sql stable security definer set search_path = public, pg_temp as $$
    select person_id
    from enrolments
    where coordinates(programme) and programme_id = programme and part = 'mentor'
        and exists (
            select from pairings
            where mentor_id = person_id and closed_how in ('completed', 'completed_early')
        )
$$;

-- Also two of whom an offer came to nothing.
create function paired_before(programme bigint) returns table (mentor_id bigint, mentee_id bigint)
language sql stable security definer set search_path = public, pg_temp as $$
    select distinct pairings.mentor_id, pairings.mentee_id
    from pairings
    join enrolments mentor
        on mentor.programme_id = programme and mentor.part = 'mentor'
        and mentor.person_id = pairings.mentor_id
    join enrolments mentee
        on mentee.programme_id = programme and mentee.part = 'mentee'
        and mentee.person_id = pairings.mentee_id
    where coordinates(programme) and closed_on is not null and (
        num_nulls(mentor_accepted_on, mentee_accepted_on) = 0 or closed_how in ('declined', 'lapsed')
    )
$$;
