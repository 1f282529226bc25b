-- Whoever is offered a partner reads how the two would suit each other, worked out like the points of
-- mentors who can be asked: from what everybody in the programme may read.

create function offered_together(programme bigint)
returns table (mentor_id bigint, mentee_id bigint)
language sql stable security definer set search_path = public, pg_temp as $$
    select mentor_id, mentee_id
    from pairings
    where programme_id = programme and acting_person() in (mentor_id, mentee_id)
        and offered_on is not null and closed_on is null
        and num_nulls(mentor_accepted_on, mentee_accepted_on) > 0
$$;

create or replace function what_counts_in_asking(programme bigint, moment timestamptz)
returns table (criterion text, question_id bigint, weight smallint, wanted text)
language sql stable security definer set search_path = public, pg_temp as $$
    select matching_criteria.criterion, matching_criteria.question_id, matching_criteria.weight,
        matching_criteria.wanted
    from matching_criteria
    left join questions on questions.id = matching_criteria.question_id
    where matching_criteria.programme_id = programme
        and (
            looks_for_a_mentor(programme, moment)
            or exists (select from offered_together(programme))
        )
        and (
            matching_criteria.criterion in ('skills', 'department', 'site', 'language')
            or questions.readers = 'programme'
        )
$$;

-- What approved people have answered to the questions that count, in numbers. For functions alone, which
-- know who may read what of it.
create view answers_in_numbers as
select
    applications.programme_id, applications.id as application_id, applications.person_id,
    applications.part, answers.question_id, answers.kind, answers.points,
    array(
        select choice_id from answered_choices chosen
        where chosen.application_id = applications.id and chosen.question_id = answers.question_id
        order by place, choice_id
    ) as choices,
    array(
        select skill_id from answered_skills named
        where named.application_id = applications.id and named.question_id = answers.question_id
        order by skill_id
    ) as skills
from applications
join answers on answers.application_id = applications.id
where sent_at is not null and approved_at is not null;

create or replace function answers_to_compare(programme bigint, moment timestamptz)
returns table (
    person_id bigint, part text, question_id bigint, kind text, points smallint,
    choices bigint[], skills bigint[]
)
language sql stable security definer set search_path = public, pg_temp as $$
    with offered as (select * from offered_together(programme)),
    looks as (select looks_for_a_mentor(programme, moment) as looks)
    select
        given.person_id, given.part, given.question_id, given.kind, given.points, given.choices,
        given.skills
    from looks, answers_in_numbers given
    join questions on questions.id = given.question_id
    where given.programme_id = programme and for_matching and archived_at is null
        and (
            looks and given.part = 'mentor' and readers = 'programme'
            or looks and given.part = 'mentee' and given.person_id = acting_person()
            or readers = 'programme' and (given.part, given.person_id) in (
                select 'mentor', mentor_id from offered union all
                select 'mentee', mentee_id from offered
            )
        )
$$;
