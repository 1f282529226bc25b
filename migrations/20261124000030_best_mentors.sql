-- A mentee who looks for a mentor is told who would suit them, from what both wrote for everybody in
-- the programme to read.

-- What counts of that, and how much beside the rest; of everything else mentees learn nothing.
create function what_counts_in_asking(programme bigint, moment timestamptz)
returns table (criterion text, question_id bigint, weight smallint, wanted text)
language sql stable security definer set search_path = public, pg_temp as $$
    select matching_criteria.criterion, matching_criteria.question_id, matching_criteria.weight,
        matching_criteria.wanted
    from matching_criteria
    left join questions on questions.id = matching_criteria.question_id
    where matching_criteria.programme_id = programme and looks_for_a_mentor(programme, moment)
        and (
            matching_criteria.criterion in ('skills', 'department', 'site', 'language')
            or questions.readers = 'programme'
        )
$$;

-- What can be compared: the viewer's own answers, and of mentors those that everybody enrolled may
-- read, by may_read_answer as well.
create function answers_to_compare(programme bigint, moment timestamptz)
returns table (
    person_id bigint, part text, question_id bigint, kind text, points smallint,
    choices bigint[], skills bigint[]
)
language sql stable security definer set search_path = public, pg_temp as $$
    select
        applications.person_id, applications.part, answers.question_id, answers.kind, answers.points,
        array(
            select choice_id from answered_choices chosen
            where chosen.application_id = applications.id
                and chosen.question_id = answers.question_id
            order by place, choice_id
        ),
        array(
            select skill_id from answered_skills named
            where named.application_id = applications.id
                and named.question_id = answers.question_id
            order by skill_id
        )
    from applications
    join answers on answers.application_id = applications.id
    join questions on questions.id = answers.question_id
    where applications.programme_id = programme and looks_for_a_mentor(programme, moment)
        and approved_at is not null and for_matching and archived_at is null
        and (
            (applications.part = 'mentor' and readers = 'programme')
            or (applications.part = 'mentee' and applications.person_id = acting_person())
        )
$$;

-- Nobody wishes for whoever is no mentor there.
drop policy wished_for_oneself on mentor_wishes;
create policy wished_for_oneself on mentor_wishes
    using (mentee_id = acting_person())
    with check (
        mentee_id = acting_person() and programme_id in (select own_programmes())
        and exists (
            select from enrolments
            where enrolments.programme_id = mentor_wishes.programme_id
                and enrolments.person_id = mentor_id and part = 'mentor'
        )
    );
