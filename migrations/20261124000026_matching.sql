-- How a programme matches mentees and mentors, and what was found with it.

-- What else a score can look at. A grade says how senior somebody is, in the organisation's own order.
alter table people
    add column grade smallint check (grade between 1 and 30),
    add column languages text[] not null default '{}'
        constraint people_languages_are_few check (cardinality(languages) <= 12);

-- What counts for a pair and how much, beside what else counts. A criterion without a row counts as
-- Waymark suggests.
create table matching_criteria (
    programme_id bigint not null references programmes,
    -- One that every programme has, or a question of its own.
    criterion text check (criterion in (
        'skills', 'seniority', 'department', 'site', 'hours', 'language', 'wishes', 'experience'
    )),
    question_id bigint references questions,
    weight smallint not null check (weight between 0 and 100),
    -- Pairs that have nothing of it are not made.
    must boolean not null,
    -- How two answers have to be to each other.
    wanted text not null check (wanted in ('same', 'different', 'similar', 'shared')),
    constraint matching_criteria_are_of_one_kind check (num_nonnulls(criterion, question_id) = 1),
    constraint matching_criteria_once unique nulls not distinct (programme_id, criterion, question_id)
);

create index matching_criteria_by_question on matching_criteria (question_id);

-- What else a programme decides about matching.
create table matching_rules (
    programme_id bigint primary key references programmes,
    -- How many grades the mentor is above the mentee.
    grades_least smallint not null check (grades_least between -10 and 20),
    grades_most smallint not null check (grades_most between -10 and 20),
    -- From how many half-hours in common a week all points are given, and with how few none are paired.
    half_hours_wanted smallint not null check (half_hours_wanted between 1 and 100),
    half_hours_least smallint not null check (half_hours_least between 0 and 100),
    -- In hundredths of a point.
    score_least smallint not null check (score_least between 0 and 10000),
    -- Those who were paired before may be paired again.
    again boolean not null,
    constraint matching_rules_grades_in_order check (grades_least <= grades_most)
);

-- Which mentors a mentee would like, the first being the dearest.
create table mentor_wishes (
    programme_id bigint not null references programmes,
    mentee_id bigint not null references people on delete cascade,
    mentor_id bigint not null references people on delete cascade,
    place smallint not null check (place between 1 and 5),
    primary key (programme_id, mentee_id, mentor_id),
    constraint mentor_wishes_are_ranked unique (programme_id, mentee_id, place) deferrable,
    constraint mentor_wishes_are_of_others check (mentee_id <> mentor_id)
);

create index mentor_wishes_by_mentee on mentor_wishes (mentee_id);
create index mentor_wishes_by_mentor on mentor_wishes (mentor_id);

-- What was matched, with everything that it was worked out from: the same input gives the same result.
create table matching_runs (
    id bigint generated always as identity primary key,
    programme_id bigint not null references programmes,
    made_by bigint not null references people,
    made_at timestamptz not null,
    input text not null,
    result text not null
);

create index matching_runs_by_programme on matching_runs (programme_id, made_at);
create index matching_runs_by_person on matching_runs (made_by);

-- A programme made as a copy of another weighs as that one does, once its questions are repeated.
create function repeat_what_counts(original bigint, copy bigint) returns void
language plpgsql security definer set search_path = public, pg_temp as $$
begin
    if not acting_administrator() or not exists (
        select from programmes
        where id = copy and created_by = acting_person() and opened_at is null
    ) then
        return;
    end if;
    insert into matching_rules
    select
        copy, grades_least, grades_most, half_hours_wanted, half_hours_least, score_least, again
    from matching_rules where programme_id = original
    on conflict do nothing;
    insert into matching_criteria (programme_id, criterion, question_id, weight, must, wanted)
    select copy, criterion, repeated.id, weight, must, wanted
    from matching_criteria
    left join (
        select id, row_number() over (order by position, id) as place
        from questions
        where programme_id = original and archived_at is null
    ) asked on asked.id = question_id
    left join questions repeated on repeated.programme_id = copy and repeated.position = asked.place
    where matching_criteria.programme_id = original
        and (criterion is not null or repeated.id is not null)
    on conflict do nothing;
end
$$;

alter table matching_criteria enable row level security;
create policy decided_by_coordinators on matching_criteria using (programme_id in (select coordinated_programmes()));

alter table matching_rules enable row level security;
create policy decided_by_coordinators on matching_rules using (programme_id in (select coordinated_programmes()));

-- Administrators look after the settings of every programme.
create policy read_by_administrators on matching_criteria for select using ((select acting_administrator()));
create policy read_by_administrators on matching_rules for select using ((select acting_administrator()));

alter table mentor_wishes enable row level security;
create policy wished_for_oneself on mentor_wishes
    using (mentee_id = acting_person())
    with check (mentee_id = acting_person() and programme_id in (select own_programmes()));
create policy read_by_coordinators on mentor_wishes for select
    using (programme_id in (select coordinated_programmes()));

alter table matching_runs enable row level security;
create policy kept_by_coordinators on matching_runs for select
    using (programme_id in (select coordinated_programmes()));
create policy made_by_coordinators on matching_runs for insert
    with check (programme_id in (select coordinated_programmes()) and made_by = acting_person());

grant update (grade, languages) on people to waymark_server;
grant select, insert, update, delete on matching_criteria to waymark_server;
grant select, insert, update on matching_rules to waymark_server;
grant select, insert, delete on mentor_wishes to waymark_server;
grant select, insert on matching_runs to waymark_server;
