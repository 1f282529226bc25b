-- Becoming a mentor, and growing as one: what somebody says of themselves, and what they have learned.

-- One's own look at the ten qualities of a mentor, and nobody else's to see. One is under way at a time;
-- once finished it stays as it was, so that then and now can be laid side by side.
create table self_assessments (
    id bigint generated always as identity primary key,
    person_id bigint not null references people on delete cascade,
    -- How often it was kept, by which a page knows that another has gone on with it.
    saves integer not null default 0,
    begun_at timestamptz not null,
    finished_at timestamptz
);

create index self_assessments_by_person on self_assessments (person_id, id);
create unique index self_assessments_one_under_way on self_assessments (person_id) where finished_at is null;

create table self_ratings (
    assessment_id bigint not null references self_assessments on delete cascade,
    quality text not null check (
        quality in (
            'self_awareness', 'know_how', 'credibility', 'accessibility', 'communication',
            'empowering', 'development', 'resourcefulness', 'empathy', 'open_mindedness'
        )
    ),
    rating smallint constraint self_ratings_are_of_one_to_five check (rating between 1 and 5),
    example text not null default '' check (length(example) <= 500),
    primary key (assessment_id, quality),
    constraint self_ratings_say_something check (rating is not null or example <> '')
);

-- What somebody has learned to be a mentor. No more than ten, whoever counts.
create table qualifications (
    id bigint generated always as identity primary key,
    person_id bigint not null references people on delete cascade,
    place smallint not null check (place between 1 and 10),
    name text not null check (name <> '' and length(name) <= 120),
    body text not null check (body <> '' and length(body) <= 120),
    level text not null default '' check (length(level) <= 60),
    awarded_on date not null,
    added_at timestamptz not null,
    constraint qualifications_are_ten_at_most unique (person_id, place)
);

-- Apart, so that no list ever reads them.
create table qualification_files (
    qualification_id bigint primary key references qualifications on delete cascade,
    name text not null check (name <> '' and length(name) <= 120),
    kind text not null check (kind in ('application/pdf', 'image/png', 'image/jpeg')),
    content bytea not null
        constraint qualification_files_are_of_five_megabytes
        check (octet_length(content) between 1 and 5242880)
);

-- They are compressed already.
alter table qualification_files alter column content set storage external;

-- Who mentors in a programme of the acting coordinator's, or has asked to and not been answered with no.
create function mentors_before_coordinators() returns setof bigint
language sql stable security definer set search_path = public, pg_temp as $$
    select person_id from enrolments
    where part = 'mentor' and left_at is null and programme_id in (select coordinated_programmes())
    union
    select person_id from applications
    where part = 'mentor' and sent_at is not null and num_nonnulls(declined_at, withdrawn_at) = 0
        and programme_id in (select coordinated_programmes())
$$;

-- How many of Waymark's own modules for mentors an applicant has read, and never which: the list is not
-- for anybody to choose.
create function read_for_mentors(application bigint) returns bigint
language sql stable security definer set search_path = public, pg_temp as $$
    select count(*)
    from applications
    join library_reads on library_reads.person_id = applications.person_id
    where applications.id = application and part = 'mentor' and decides_on(application)
        and num_nonnulls(declined_at, withdrawn_at) = 0
        and slug in ('being-a-mentor', 'becoming-a-mentor', 'listening-and-questions', 'telling-your-story')
$$;

alter table self_assessments enable row level security;
create policy own on self_assessments for select using (person_id = acting_person());
create policy begun_for_oneself on self_assessments for insert with check (person_id = acting_person());
create policy gone_on_with_until_finished on self_assessments for update
    using (person_id = acting_person() and finished_at is null)
    with check (person_id = acting_person());

alter table self_ratings enable row level security;
create policy own on self_ratings for select
    using (assessment_id in (select id from self_assessments where person_id = acting_person()));
create policy rated_until_finished on self_ratings for insert with check (
    assessment_id in (
        select id from self_assessments where person_id = acting_person() and finished_at is null
    )
);
create policy taken_back_until_finished on self_ratings for delete using (
    assessment_id in (
        select id from self_assessments where person_id = acting_person() and finished_at is null
    )
);

alter table qualifications enable row level security;
create policy read_by_oneself_and_coordinators on qualifications for select using (
    person_id = acting_person() or person_id in (select mentors_before_coordinators())
);
create policy recorded_for_oneself on qualifications for insert with check (person_id = acting_person());
create policy removed_by_oneself on qualifications for delete using (person_id = acting_person());

alter table qualification_files enable row level security;
-- Whoever sees the qualification.
create policy read_with_the_qualification on qualification_files for select
    using (qualification_id in (select id from qualifications));
create policy added_to_ones_own on qualification_files for insert with check (
    qualification_id in (select id from qualifications where person_id = acting_person())
);

grant select, insert on self_assessments to waymark_server;
grant update (saves, finished_at) on self_assessments to waymark_server;
grant select, insert, delete on self_ratings to waymark_server;
grant select, insert, delete on qualifications to waymark_server;
grant select, insert on qualification_files to waymark_server;
