-- What a whole programme has answered to the questions that count, for its coordinators: read at once,
-- for to ask row by row who may read it takes seconds for several hundred people.
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
    where programme_id = programme and sent_at is not null and approved_at is not null
        and answers.question_id = any (asked)
    order by applications.id, answers.question_id;
end
$$;
