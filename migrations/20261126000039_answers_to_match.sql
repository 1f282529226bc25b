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
        given.person_id, given.part, given.question_id, given.kind, given.points, given.choices,
        given.skills
    from answers_in_numbers given
    where given.programme_id = programme and given.question_id = any (asked)
    order by given.application_id, given.question_id;
end
$$;
