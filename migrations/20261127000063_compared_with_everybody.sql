-- Some points depend on more than the two: how deep the departments go, and what any mentor names. That is
-- of everybody who takes part, whoever looks and whomever a page lists.
create function compared_with_everybody(programme bigint, moment timestamptz)
returns table (department text, question_id bigint, choice_id bigint)
language sql stable security definer set search_path = public, pg_temp as $$
    with here as materialized (
        select people.id as person_id, part, people.department
        from enrolments
        join people on people.id = enrolments.person_id
        where programme_id = programme and left_at is null and deactivated_at is null
            and (
                coordinates(programme)
                or looks_for_a_mentor(programme, moment)
                or exists (select from offered_together(programme))
            )
    )
    select distinct here.department, null::bigint, null::bigint
    from here
    union all
    select distinct null, given.question_id, choice
    from here
    join answers_in_numbers given
        on given.programme_id = programme and given.part = 'mentor'
        and given.person_id = here.person_id
    join questions on questions.id = given.question_id
    cross join unnest(given.choices) as choice
    where here.part = 'mentor' and for_matching and archived_at is null
        and (readers = 'programme' or coordinates(programme))
$$;
