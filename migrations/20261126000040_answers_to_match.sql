-- What a whole programme has answered to the questions that count, for its coordinators: read at once,
-- for to ask row by row who may read it takes seconds for a thousand people.
create function answers_to_match(programme bigint, asked bigint[])
returns table (
    person_id bigint, part text, question_id bigint, kind text, points smallint,
    choices bigint[], skills bigint[]
)
language plpgsql stable security definer set search_path = public, pg_temp as $$
begin
    if not coordinates(programme) then
        return;
    end if;
    return query
    with approved as (
        select applications.id, applications.person_id, applications.part
        from applications
        where programme_id = programme and sent_at is not null and approved_at is not null
    ), chosen as (
        select application_id, answered_choices.question_id,
            array_agg(choice_id order by place, choice_id) as choices
        from approved
        join answered_choices on application_id = approved.id
        where answered_choices.question_id = any (asked)
        group by application_id, answered_choices.question_id
    ), named as (
        select application_id, answered_skills.question_id,
            array_agg(skill_id order by skill_id) as skills
        from approved
        join answered_skills on application_id = approved.id
        where answered_skills.question_id = any (asked)
        group by application_id, answered_skills.question_id
    )
    select
        approved.person_id, approved.part, answers.question_id, answers.kind, answers.points,
        coalesce(chosen.choices, '{}'), coalesce(named.skills, '{}')
    from approved
    join answers on answers.application_id = approved.id and answers.question_id = any (asked)
    left join chosen
        on chosen.application_id = approved.id and chosen.question_id = answers.question_id
    left join named on named.application_id = approved.id and named.question_id = answers.question_id
    order by approved.id, answers.question_id;
end
$$;
