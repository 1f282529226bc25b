-- Whoever is with each other in another programme has been paired before, as far as this one is
-- concerned: they need not be matched to meet.
create or replace function paired_before(programme bigint)
returns table (mentor_id bigint, mentee_id bigint)
language sql stable security definer set search_path = public, pg_temp as $$
    select distinct pairings.mentor_id, pairings.mentee_id
    from pairings
    join enrolments mentor
        on mentor.programme_id = programme and mentor.part = 'mentor'
        and mentor.person_id = pairings.mentor_id
    join enrolments mentee
        on mentee.programme_id = programme and mentee.part = 'mentee'
        and mentee.person_id = pairings.mentee_id
    where coordinates(programme) and case
        when closed_on is null then
            pairings.programme_id <> programme
            and num_nulls(mentor_accepted_on, mentee_accepted_on) = 0
        else
            num_nulls(mentor_accepted_on, mentee_accepted_on) = 0
            or closed_how in ('declined', 'lapsed')
    end
$$;
