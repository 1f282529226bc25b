-- The library: short texts to read on mentoring. Waymark's own are part of the program; here is what a
-- programme's coordinators make of them, what they add, and what somebody has read.

create table library_modules (
    id bigint generated always as identity primary key,
    programme_id bigint not null references programmes on delete cascade,
    -- Waymark's name of a module of its own; null of one that coordinators added.
    slug text constraint library_modules_are_named_as_in_an_address
        check (slug ~ '^[a-z][a-z-]{1,59}$'),
    -- Of an added one: whom it is for, and when. Of one of Waymark's own it is for Waymark to say.
    audience text check (audience in ('everybody', 'mentors', 'mentees', 'coordinators')),
    stage text check (stage in ('before', 'initial_meeting', 'sessions', 'moving_on')),
    position integer not null,
    -- Off the list, for all but coordinators.
    hidden boolean not null default false,
    constraint library_modules_once unique (programme_id, slug),
    constraint library_modules_added_say_whom_for
        check ((slug is null) = (audience is not null) and (slug is null) = (stage is not null))
);

create index library_modules_by_programme on library_modules (programme_id, position);

-- A module in the coordinators' words: of one of Waymark's own in English in its place, and in any other
-- language beside it.
create table library_texts (
    module_id bigint not null references library_modules on delete cascade,
    -- As in BCP 47: en-GB, de, cy.
    language text not null check (language ~ '^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$'),
    title text not null check (title <> '' and length(title) <= 100),
    summary text not null check (length(summary) <= 200),
    body text not null check (body <> '' and length(body) <= 20000),
    written_at timestamptz not null,
    primary key (module_id, language)
);

-- One's own, and nobody else's to see.
create table library_reads (
    person_id bigint not null references people on delete cascade,
    -- One of Waymark's own, in whichever words.
    slug text check (slug ~ '^[a-z][a-z-]{1,59}$'),
    module_id bigint references library_modules on delete cascade,
    read_at timestamptz not null,
    constraint library_reads_are_of_one_module check (num_nonnulls(slug, module_id) = 1),
    constraint library_reads_once unique nulls not distinct (person_id, slug, module_id)
);

create index library_reads_by_module on library_reads (module_id);

alter table library_modules enable row level security;
create policy read_by_those_enrolled on library_modules for select
    using (programme_id in (select own_programmes()));
create policy kept_by_coordinators on library_modules
    using (programme_id in (select coordinated_programmes()));
create policy read_by_administrators on library_modules for select using ((select acting_administrator()));

alter table library_texts enable row level security;
-- What is hidden says nothing to whoever only takes part.
create policy read_with_their_module on library_texts for select
    using (module_id in (
        select id from library_modules
        where not hidden or (select acting_administrator())
            or programme_id in (select coordinated_programmes())
    ));
create policy written_by_coordinators on library_texts for insert
    with check (module_id in (
        select id from library_modules where programme_id in (select coordinated_programmes())
    ));
create policy rewritten_by_coordinators on library_texts for update
    using (module_id in (
        select id from library_modules where programme_id in (select coordinated_programmes())
    ));
create policy taken_back_by_coordinators on library_texts for delete
    using (module_id in (
        select id from library_modules where programme_id in (select coordinated_programmes())
    ));

alter table library_reads enable row level security;
create policy own on library_reads
    using (person_id = acting_person())
    with check (
        person_id = acting_person()
        and (module_id is null or module_id in (select id from library_modules))
    );

grant select, insert, delete on library_modules, library_texts, library_reads to waymark_server;
grant update (audience, stage, position, hidden) on library_modules to waymark_server;
grant update (title, summary, body, written_at) on library_texts to waymark_server;

-- A programme made as a copy of another has its library.
create function repeat_library(original bigint, copy bigint) returns void
language plpgsql security definer set search_path = public, pg_temp as $$
declare
    module record;
    repeated bigint;
begin
    if not acting_administrator() or not exists (
        select from programmes
        where id = copy and created_by = acting_person() and opened_at is null
            and not exists (select from library_modules where programme_id = copy)
    ) then
        return;
    end if;
    for module in
        select id, slug, audience, stage, position, hidden
        from library_modules where programme_id = original order by position, id
    loop
        insert into library_modules (programme_id, slug, audience, stage, position, hidden)
        values (copy, module.slug, module.audience, module.stage, module.position, module.hidden)
        returning id into repeated;
        insert into library_texts (module_id, language, title, summary, body, written_at)
        select repeated, language, title, summary, body, written_at
        from library_texts where module_id = module.id;
    end loop;
end
$$;
