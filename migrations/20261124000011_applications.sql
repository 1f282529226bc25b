-- What a programme's coordinators ask of whoever wants to take part, and what people answer.

-- Skills have one name for everybody, so that what one offers and another seeks can meet.
create table skills (
    id bigint generated always as identity primary key,
    name text not null check (name <> '' and length(name) <= 60),
    proposed_by bigint references people,
    added_at timestamptz not null
);

create unique index skills_name_taken on skills (lower(name));

create table questions (
    id bigint generated always as identity primary key,
    programme_id bigint not null references programmes,
    -- Questions stand in this order.
    position int not null,
    kind text not null check (
        kind in ('line', 'prose', 'one', 'many', 'scale', 'ranked', 'skills')
    ),
    wording text not null check (wording <> '' and length(wording) <= 300),
    hint text not null default '' check (length(hint) <= 500),
    asked_of text not null check (asked_of in ('mentors', 'mentees', 'both')),
    -- Whether an application cannot be sent without an answer, and whether matching weighs it.
    required boolean not null,
    for_matching boolean not null,
    -- Who reads the answers beside the applicant: coordinators always do.
    readers text not null check (readers in ('coordinators', 'partner', 'programme')),
    -- A scale goes from 1 to this, and its ends have names.
    points smallint check (points between 2 and 10),
    least text not null default '' check (length(least) <= 60),
    most text not null default '' check (length(most) <= 60),
    -- How many of the choices are ranked.
    ranks smallint check (ranks between 1 and 10),
    archived_at timestamptz,
    constraint questions_scales_have_points check ((kind = 'scale') = (points is not null)),
    constraint questions_rankings_have_ranks check ((kind = 'ranked') = (ranks is not null)),
    -- An answer remembers of which kind it is, and thereby holds the question to it.
    constraint questions_by_kind unique (id, kind)
);

create index questions_by_programme on questions (programme_id);

create table question_choices (
    id bigint generated always as identity primary key,
    question_id bigint not null references questions,
    position int not null,
    wording text not null check (wording <> '' and length(wording) <= 150),
    constraint question_choices_differ unique (question_id, wording),
    constraint question_choices_by_question unique (question_id, id)
);

-- Programmes for which everybody with an account may apply while they enrol. For the others may who
-- has asked by the programme's link.
create table open_programmes (
    programme_id bigint primary key references programmes
);

-- Whether the viewer may apply: whatever asks that asks it here. The days are those of
-- programmes/stage.rs.
create function takes_applications(programme bigint, moment timestamptz) returns boolean
language sql stable security definer set search_path = public, pg_temp as $$
    select exists (
        select from programmes, lateral (select (moment at time zone time_zone)::date as today) clock
        where id = programme and opened_at is not null and archived_at is null
            and today <= ends_on
            and (enrolment_opens_on is null or enrolment_opens_on <= today)
            and (enrolment_closes_on is null or today <= enrolment_closes_on)
            and (
                exists (select from open_programmes where programme_id = programme)
                or exists (
                    select from invitations
                    where programme_id = programme and invited_by is null
                        and accepted_by = acting_person()
                )
            )
    )
$$;

-- A person asks for a part in a programme. Where it stands follows from these moments: a draft
-- while it was not sent, sent while none of the others is there.
create table applications (
    id bigint generated always as identity primary key,
    programme_id bigint not null references programmes,
    person_id bigint not null references people on delete cascade,
    part text not null check (part in ('mentor', 'mentee')),
    -- What a mentor offers, or a mentee wants to gain.
    about text not null default '' check (length(about) <= 1000),
    capacity smallint check (capacity between 1 and 20),
    -- When a mentor takes nobody on.
    away_from date,
    away_until date,
    started_at timestamptz not null,
    sent_at timestamptz,
    asked_at timestamptz,
    wait_listed_at timestamptz,
    approved_at timestamptz,
    declined_at timestamptz,
    withdrawn_at timestamptz,
    -- What the coordinators said with the last of these.
    words text not null default '' check (length(words) <= 2000),
    constraint applications_one_for_each_part unique (programme_id, person_id, part),
    constraint applications_capacity_is_a_mentors
        check (part = 'mentor' or num_nonnulls(capacity, away_from, away_until) = 0),
    constraint applications_away_for_a_while
        check (num_nulls(away_from, away_until) in (0, 2) and away_from <= away_until),
    constraint applications_stand_in_one_place
        check (num_nonnulls(asked_at, wait_listed_at, approved_at, declined_at, withdrawn_at) <= 1),
    constraint applications_are_sent_first check (
        sent_at is not null or num_nonnulls(asked_at, wait_listed_at, approved_at, declined_at) = 0
    )
);

create index applications_by_person on applications (person_id);

-- What the coordinators want to know before they decide.
create table enquiries (
    id bigint generated always as identity primary key,
    application_id bigint not null references applications on delete cascade,
    body text not null check (body <> '' and length(body) <= 2000),
    asked_by bigint references people,
    asked_at timestamptz not null,
    reply text check (length(reply) <= 4000),
    replied_at timestamptz,
    constraint enquiries_replied_to_with_words check ((reply is null) = (replied_at is null))
);

create index enquiries_by_application on enquiries (application_id);

-- Whom somebody would rather not be paired with. Nobody but the coordinators ever knows.
create table exclusions (
    application_id bigint not null references applications on delete cascade,
    person_id bigint not null references people on delete cascade,
    primary key (application_id, person_id)
);

create index exclusions_by_person on exclusions (person_id);

create table answers (
    application_id bigint not null references applications on delete cascade,
    question_id bigint not null,
    kind text not null,
    words text check (words <> '' and length(words) <= 4000),
    points smallint check (points between 1 and 10),
    primary key (application_id, question_id),
    constraint answers_are_of_the_questions_kind
        foreign key (question_id, kind) references questions (id, kind),
    constraint answers_hold_what_their_kind_holds check (
        (kind in ('line', 'prose')) = (words is not null) and (kind = 'scale') = (points is not null)
    )
);

create index answers_by_question on answers (question_id);

create table answered_choices (
    application_id bigint not null,
    question_id bigint not null,
    choice_id bigint not null,
    -- From 1; of a ranking, the place that was given.
    place smallint not null,
    primary key (application_id, question_id, choice_id),
    foreign key (application_id, question_id) references answers on delete cascade,
    constraint answered_choices_are_of_the_question
        foreign key (question_id, choice_id) references question_choices (question_id, id)
);

create table answered_skills (
    application_id bigint not null,
    question_id bigint not null,
    skill_id bigint not null references skills,
    primary key (application_id, question_id, skill_id),
    foreign key (application_id, question_id) references answers on delete cascade
);

create index answered_skills_by_skill on answered_skills (skill_id);

-- Who runs a programme, for whoever has come to it by invitation or has applied for it, and for
-- administrators.
create function coordinators_to_tell(programme bigint)
returns table (person_id bigint, full_name text, email text)
language sql stable security definer set search_path = public, pg_temp as $$
    select people.id, people.full_name, people.email
    from coordinators join people on people.id = coordinators.person_id
    where programme_id = programme and (
        acting_administrator()
        or exists (
            select from invitations where programme_id = programme and accepted_by = acting_person()
        )
        or exists (
            select from applications where programme_id = programme and person_id = acting_person()
        )
    )
    order by people.id
$$;

create function own_application(application bigint) returns boolean language sql stable security definer
set search_path = public, pg_temp as $$
    select exists (select from applications where id = application and person_id = acting_person())
$$;

create function decides_on(application bigint) returns boolean language sql stable security definer
set search_path = public, pg_temp as $$
    select exists (
        select from applications
        where id = application and sent_at is not null and coordinates(programme_id)
    )
$$;

-- The applicant, the coordinators once it was sent, and whom the question names beside them.
create function may_read_answer(application bigint, question bigint) returns boolean
language sql stable security definer set search_path = public, pg_temp as $$
    select own_application(application) or decides_on(application) or exists (
        select from applications
        join questions on questions.id = question
        where applications.id = application and approved_at is not null and (
            (readers = 'programme' and enrolled_in(applications.programme_id))
            or (readers in ('partner', 'programme') and exists (
                select from pairings
                where pairings.programme_id = applications.programme_id
                    and case part when 'mentor' then mentor_id else mentee_id end = person_id
                    and case part when 'mentor' then mentee_id else mentor_id end = acting_person()
                    and num_nulls(mentor_accepted_on, mentee_accepted_on) = 0
            ))
        )
    )
$$;

-- Drafts count, of which nobody knows more than this.
create function is_answered(question bigint) returns boolean language sql stable security definer
set search_path = public, pg_temp as $$
    select exists (select from answers where question_id = question)
$$;

-- What was answered was answered for those readers.
create function questions_keep_their_word() returns trigger language plpgsql security definer
set search_path = public, pg_temp as $$
begin
    if array_position(array['coordinators', 'partner', 'programme'], new.readers)
            > array_position(array['coordinators', 'partner', 'programme'], old.readers)
        and is_answered(old.id)
    then
        raise exception 'the answers were given for fewer readers'
            using errcode = 'check_violation', constraint = 'questions_answered_for_these_readers';
    end if;
    return new;
end
$$;

create trigger questions_keep_their_readers before update on questions
    for each row execute function questions_keep_their_word();

-- Applicants write, coordinators decide, and neither does the other's part.
create function applications_keep_to_their_parts() returns trigger language plpgsql
set search_path = public, pg_temp as $$
begin
    if acting_person() is null then
        return new;
    end if;
    if (new.programme_id, new.person_id, new.part, new.started_at)
        is distinct from (old.programme_id, old.person_id, old.part, old.started_at)
    or (new.person_id <> acting_person()
        and (new.about, new.capacity, new.away_from, new.away_until, new.sent_at)
        is distinct from (old.about, old.capacity, old.away_from, old.away_until, old.sent_at))
    or (not coordinates(new.programme_id) and (
        (new.asked_at is not null and new.asked_at is distinct from old.asked_at)
        or (new.wait_listed_at is not null and new.wait_listed_at is distinct from old.wait_listed_at)
        or (new.approved_at is not null and new.approved_at is distinct from old.approved_at)
        or (new.declined_at is not null and new.declined_at is distinct from old.declined_at)
        or (new.words <> '' and new.words <> old.words)))
    then
        raise exception 'that is for somebody else to change'
            using errcode = 'check_violation', constraint = 'applications_changed_by_whose_it_is';
    end if;
    return new;
end
$$;

create trigger applications_are_changed_by_the_rules before update on applications
    for each row execute function applications_keep_to_their_parts();

-- What somebody changes after they were approved is at once what the others see.
create function applications_go_live() returns trigger language plpgsql security definer
set search_path = public, pg_temp as $$
begin
    update enrolments set about = new.about, capacity = new.capacity
    where programme_id = new.programme_id and person_id = new.person_id and part = new.part;
    return new;
end
$$;

create trigger applications_go_live_once_approved after update on applications
    for each row when (
        old.approved_at is not null and new.approved_at is not null
        and (old.about, old.capacity) is distinct from (new.about, new.capacity)
    )
    execute function applications_go_live();

-- Nobody decides about whoever has no account any more.
create function applications_end_with_the_account() returns trigger language plpgsql security definer
set search_path = public, pg_temp as $$
begin
    update applications
    set asked_at = null, wait_listed_at = null, withdrawn_at = new.deactivated_at
    where person_id = new.id and num_nonnulls(approved_at, declined_at, withdrawn_at) = 0;
    return new;
end
$$;

create trigger people_take_their_applications_along after update on people
    for each row when (old.deactivated_at is null and new.deactivated_at is not null)
    execute function applications_end_with_the_account();

-- Two further rules of pairing, beside those of the pairings themselves.
create function pairings_keep_the_wishes() returns trigger language plpgsql security definer
set search_path = public, pg_temp as $$
begin
    if exists (
        select from exclusions
        join applications on applications.id = application_id
        where programme_id = new.programme_id and sent_at is not null and (
            (applications.person_id = new.mentor_id and exclusions.person_id = new.mentee_id)
            or (applications.person_id = new.mentee_id and exclusions.person_id = new.mentor_id)
        )
    ) then
        raise exception 'one of them would rather not be paired with the other'
            using errcode = 'check_violation', constraint = 'pairings_not_against_a_wish';
    end if;

    perform from enrolments
    where programme_id = new.programme_id and left_at is not null
        and ((person_id = new.mentor_id and part = 'mentor') or (person_id = new.mentee_id and part = 'mentee'))
    for share;
    if found then
        raise exception 'one of them has left the programme'
            using errcode = 'check_violation', constraint = 'pairings_of_those_who_take_part';
    end if;
    return new;
end
$$;

create trigger pairings_begin_with_good_will before insert on pairings
    for each row execute function pairings_keep_the_wishes();

-- The viewer takes part no longer. What was proposed is closed, for nobody was told of it; false
-- while there is an offer or a pairing, which is ended first. Pairings are locked before the
-- enrolment, as an acceptance does.
create function leave_programme(programme bigint, own_part text, moment timestamptz) returns boolean
language plpgsql security definer set search_path = public, pg_temp as $$
begin
    perform from pairings
    where programme_id = programme and closed_on is null
        and case own_part when 'mentor' then mentor_id else mentee_id end = acting_person()
    for update;
    perform from enrolments
    where programme_id = programme and person_id = acting_person() and part = own_part
    for update;
    if exists (
        select from pairings
        where programme_id = programme and closed_on is null and offered_on is not null
            and case own_part when 'mentor' then mentor_id else mentee_id end = acting_person()
    ) then
        return false;
    end if;
    update pairings
    set closed_on = greatest(proposed_on, (moment at time zone time_zone)::date),
        closed_how = 'moved_or_left'
    from programmes
    where programmes.id = programme and programme_id = programme and closed_on is null
        and case own_part when 'mentor' then mentor_id else mentee_id end = acting_person();
    if exists (
        select from pairings
        where programme_id = programme
            and case own_part when 'mentor' then mentor_id else mentee_id end = acting_person()
    ) then
        update enrolments set left_at = moment
        where programme_id = programme and person_id = acting_person() and part = own_part;
    else
        delete from enrolments
        where programme_id = programme and person_id = acting_person() and part = own_part;
    end if;
    return true;
end
$$;

-- Whom the viewer excluded, by the address they gave: the person may be a stranger to them.
create function own_exclusions(application bigint) returns table (email text)
language sql stable security definer set search_path = public, pg_temp as $$
    select people.email
    from exclusions join people on people.id = person_id
    where application_id = application and own_application(application)
    order by people.email
$$;

create function skills_in_use() returns table (id bigint, name text, answers bigint)
language sql stable security definer set search_path = public, pg_temp as $$
    select skills.id, skills.name, count(skill_id)
    from skills left join answered_skills on skill_id = skills.id
    where acting_administrator() or runs_a_programme()
    group by skills.id
$$;

-- All answers that named the one name the other from now on. False if either is gone.
create function merge_skills(merged bigint, kept bigint) returns boolean
language plpgsql security definer set search_path = public, pg_temp as $$
begin
    if merged = kept or not (acting_administrator() or runs_a_programme()) then
        return false;
    end if;
    perform from skills where id in (merged, kept) order by id for update;
    if (select count(*) from skills where id in (merged, kept)) < 2 then
        return false;
    end if;
    insert into answered_skills
    select application_id, question_id, kept from answered_skills where skill_id = merged
    on conflict do nothing;
    delete from answered_skills where skill_id = merged;
    delete from skills where id = merged;
    return true;
end
$$;

-- For coordinators: who is enrolled in their programme and has every word, in what found_by holds or
-- among the skills that they named there. The words are patterns of LIKE.
create function enrolled_people_with(programme bigint, words text[]) returns setof bigint
language sql stable security definer set search_path = public, pg_temp as $$
    with skilled as materialized (
        select applications.person_id, word
        from unnest(words) word
        join skills on lower(name) like lower(word)
        join answered_skills on skill_id = skills.id
        join applications on applications.id = application_id
        where programme_id = programme and sent_at is not null
    )
    select people.id
    from people
    where coordinates(programme)
        and id in (select person_id from enrolments where programme_id = programme)
        and not exists (
            select from unnest(words) word
            where found_by not like lower(word) and (people.id, word) not in (select * from skilled)
        )
$$;

-- Every answer as a reader would like it: its question and one text.
create view answers_in_words with (security_barrier) as
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
            select string_agg(name, ', ' order by lower(name))
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

alter table skills enable row level security;
create policy known on skills for select using (true);
create policy proposed_by_whoever_answers on skills for insert
    with check (proposed_by = acting_person());
create policy renamed_by_coordinators_and_administrators on skills for update
    using (acting_administrator() or runs_a_programme());

alter table questions enable row level security;
create policy known on questions for select using (true);
create policy asked_by_coordinators on questions for insert with check (coordinates(programme_id));
create policy changed_by_coordinators on questions for update using (coordinates(programme_id));

alter table question_choices enable row level security;
create policy known on question_choices for select using (true);
create policy given_by_coordinators on question_choices
    using (exists (select from questions where id = question_id and coordinates(programme_id)));

alter table open_programmes enable row level security;
create policy known on open_programmes for select using (true);
create policy opened_by_coordinators on open_programmes for insert
    with check (coordinates(programme_id));
create policy closed_by_coordinators on open_programmes for delete using (coordinates(programme_id));

alter table applications enable row level security;
create policy read_by_applicant_and_coordinators on applications for select
    using (person_id = acting_person() or (sent_at is not null and coordinates(programme_id)));
create policy begun_as_a_draft on applications for insert with check (
    person_id = acting_person()
    and num_nonnulls(sent_at, asked_at, wait_listed_at, approved_at, declined_at, withdrawn_at) = 0
);
create policy changed_by_applicant_and_coordinators on applications for update
    using (person_id = acting_person() or (sent_at is not null and coordinates(programme_id)));

alter table enquiries enable row level security;
create policy read_by_applicant_and_coordinators on enquiries for select
    using (own_application(application_id) or decides_on(application_id));
create policy made_by_coordinators on enquiries for insert
    with check (decides_on(application_id) and asked_by = acting_person());
create policy replied_to_by_the_applicant on enquiries for update using (own_application(application_id));

alter table exclusions enable row level security;
-- A coordinator who takes part as well is not told who would rather not be paired with them.
create policy read_by_applicant_and_coordinators on exclusions for select
    using (
        own_application(application_id)
        or (decides_on(application_id) and person_id is distinct from acting_person())
    );
create policy wished_for_oneself on exclusions for insert with check (own_application(application_id));
create policy taken_back_by_oneself on exclusions for delete using (own_application(application_id));

alter table answers enable row level security;
create policy read_by_whom_the_question_names on answers for select
    using (may_read_answer(application_id, question_id));
create policy given_by_oneself on answers for insert with check (own_application(application_id));
create policy taken_back_by_oneself on answers for delete using (own_application(application_id));

alter table answered_choices enable row level security;
create policy read_with_the_answer on answered_choices for select
    using (may_read_answer(application_id, question_id));
create policy given_by_oneself on answered_choices for insert with check (own_application(application_id));

alter table answered_skills enable row level security;
create policy read_with_the_answer on answered_skills for select
    using (may_read_answer(application_id, question_id));
create policy given_by_oneself on answered_skills for insert with check (own_application(application_id));

grant select, insert, update on questions to waymark_server;
grant select, insert, delete on question_choices to waymark_server;
grant select, insert on skills to waymark_server;
grant update (name) on skills to waymark_server;
grant select, insert, delete on open_programmes to waymark_server;
grant select, insert on applications, enquiries to waymark_server;
grant update (
    about, capacity, away_from, away_until, sent_at, asked_at, wait_listed_at, approved_at,
    declined_at, withdrawn_at, words
) on applications to waymark_server;
grant update (reply, replied_at) on enquiries to waymark_server;
grant select, insert, delete on exclusions, answers to waymark_server;
grant select, insert on answered_choices, answered_skills to waymark_server;
grant select on answers_in_words to waymark_server;
