-- Only what both are asked can be compared, and no free text. Skills are compared with all skills that
-- the other has named, whichever question asked for them.

update questions set for_matching = false
where for_matching and kind <> 'skills' and (asked_of <> 'both' or kind in ('line', 'prose'));

alter table questions add constraint questions_for_matching_can_be_compared check (
    not for_matching or kind = 'skills' or asked_of = 'both' and kind not in ('line', 'prose')
);

-- A mentor may also have what the mentee has not, or stand higher on a scale.
alter table matching_criteria
    drop constraint matching_criteria_wanted_check,
    add constraint matching_criteria_wanted_check check (
        wanted in ('same', 'different', 'similar', 'shared', 'complementary', 'higher')
    );

-- Skills stand in the order in which they were named, what matters most first. Of whoever was not asked
-- for an order, all have the first place.
alter table answered_skills
    add column place smallint not null default 1,
    add constraint answered_skills_places_from_one check (place >= 1);

create or replace function merge_skills(merged bigint, kept bigint) returns boolean
language plpgsql security definer set search_path = public, pg_temp as $$
begin
    if merged = kept or not (acting_administrator() or runs_a_programme()) then
        return false;
    end if;
    perform from skills where id in (merged, kept) order by id for update;
    if (select count(*) from skills where id in (merged, kept)) < 2 then
        return false;
    end if;
    insert into answered_skills (application_id, question_id, skill_id, place)
    select application_id, question_id, kept, place from answered_skills where skill_id = merged
    on conflict (application_id, question_id, skill_id)
        do update set place = least(answered_skills.place, excluded.place);
    delete from answered_skills where skill_id = merged;
    delete from skills where id = merged;
    return true;
end
$$;

-- Every answer as a reader would like it: its question and one text.
create or replace view answers_in_words with (security_barrier) as
select
    answers.application_id, answers.question_id, applications.programme_id, applications.person_id,
    applications.part, questions.position, questions.wording,
    case answers.kind
        when 'scale' then answers.points || ' of ' || questions.points || coalesce(
            ' (' || nullif(concat_ws(
                ', ',
                '1 is ' || nullif(least, ''),
                questions.points || ' is ' || nullif(most, '')
            ), '') || ')',
            ''
        )
        when 'ranked' then (
            select string_agg(place || '. ' || question_choices.wording, E'\n' order by place)
            from answered_choices join question_choices on question_choices.id = choice_id
            where answered_choices.application_id = answers.application_id
                and answered_choices.question_id = answers.question_id
        )
        when 'skills' then (
            select string_agg(name, ', ' order by answered_skills.place, lower(name))
            from answered_skills join skills on skills.id = skill_id
            where answered_skills.application_id = answers.application_id
                and answered_skills.question_id = answers.question_id
        )
        when 'one' then (
            select string_agg(question_choices.wording, '')
            from answered_choices join question_choices on question_choices.id = choice_id
            where answered_choices.application_id = answers.application_id
                and answered_choices.question_id = answers.question_id
        )
        when 'many' then (
            select string_agg(question_choices.wording, E'\n' order by question_choices.position)
            from answered_choices join question_choices on question_choices.id = choice_id
            where answered_choices.application_id = answers.application_id
                and answered_choices.question_id = answers.question_id
        )
        else answers.words
    end as said
from answers
join questions on questions.id = answers.question_id
join applications on applications.id = answers.application_id
where may_read_answer(answers.application_id, answers.question_id);

-- What approved people have answered to the questions that count, in numbers. For functions alone, which
-- know who may read what of it.
create or replace view answers_in_numbers as
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
        order by place, skill_id
    ) as skills,
    array(
        select place from answered_skills named
        where named.application_id = applications.id and named.question_id = answers.question_id
        order by place, skill_id
    ) as skill_places
from applications
join answers on answers.application_id = applications.id
where sent_at is not null and approved_at is not null;

drop function answers_to_compare(bigint, timestamptz);

create function answers_to_compare(programme bigint, moment timestamptz)
returns table (
    person_id bigint, part text, question_id bigint, kind text, points smallint,
    choices bigint[], skills bigint[], skill_places smallint[]
)
language sql stable security definer set search_path = public, pg_temp as $$
    with offered as (select * from offered_together(programme)),
    looks as (select looks_for_a_mentor(programme, moment) as looks)
    select
        given.person_id, given.part, given.question_id, given.kind, given.points, given.choices,
        given.skills, given.skill_places
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

drop function answers_to_match(bigint, bigint[]);

create function answers_to_match(programme bigint, asked bigint[])
returns table (
    person_id bigint, part text, question_id bigint, kind text, points smallint,
    choices bigint[], skills bigint[], skill_places smallint[]
)
language plpgsql stable security definer set search_path = public, pg_temp as $$
begin
    if not coordinates(programme) then
        return;
    end if;
    return query
    select
        given.person_id, given.part, given.question_id, given.kind, given.points, given.choices,
        given.skills, given.skill_places
    from answers_in_numbers given
    where given.programme_id = programme and given.question_id = any (asked)
    order by given.application_id, given.question_id;
end
$$;

-- The two of a pairing read how they suit each other from the offer on, and for as long as it is open.
create or replace function offered_together(programme bigint)
returns table (mentor_id bigint, mentee_id bigint)
language sql stable security definer set search_path = public, pg_temp as $$
    select mentor_id, mentee_id
    from pairings
    where programme_id = programme and acting_person() in (mentor_id, mentee_id)
        and offered_on is not null and closed_on is null
$$;
