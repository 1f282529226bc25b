-- Files of people, and finding people among many.

-- What somebody is found by. A trigram index would be of no use: row-level security lets no
-- operator near a row that could tell of it before its policies are asked, and `like` could.
alter table people add column found_by text not null generated always as (
    lower(full_name || ' ' || email || ' ' || job_title || ' ' || department || ' ' || location)
) stored;

create index people_in_order on people (lower(full_name), id);
create index people_by_department on people (department);
create index people_by_location on people (location);

-- A file on its way in: it stays between one step and the next, and no longer than it has to.
create table imports (
    id bigint generated always as identity primary key,
    owner_id bigint not null references people on delete cascade,
    -- Null where people are added to the installation alone.
    programme_id bigint references programmes,
    file_name text not null check (length(file_name) <= 200),
    -- As it was read; empty once it has done its work.
    content text not null,
    -- Which column of the file holds what.
    columns jsonb not null,
    uploaded_at timestamptz not null,
    expires_at timestamptz not null,
    done_at timestamptz,
    -- How many were added, changed and left as they were.
    outcome jsonb,
    constraint imports_done_with_an_outcome check (
        (done_at is null) = (outcome is null) and (done_at is null or content = '')
    )
);

create index imports_by_owner on imports (owner_id);
create index imports_by_expiry on imports (expires_at);

alter table imports enable row level security;
create policy read_by_its_owner on imports for select using (owner_id = acting_person());
create policy uploaded_by_who_may_import on imports for insert with check (
    owner_id = acting_person()
    and case when programme_id is null then acting_administrator() else coordinates(programme_id) end
);
create policy led_on_by_its_owner on imports for update using (owner_id = acting_person());
create policy given_up_by_its_owner on imports for delete using (owner_id = acting_person());

create function forget_imports(moment timestamptz) returns void language sql security definer
set search_path = public, pg_temp as $$
    delete from imports where acting_person() is null and expires_at <= moment
$$;

revoke execute on function forget_imports from public;

-- Whoever runs a programme brings its people along.
drop policy added_by_administrators on people;
create policy added_by_administrators_and_coordinators on people for insert with check (
    ((select acting_administrator()) or (select runs_a_programme())) and administrator_since is null
);

-- The rules of pairing count the open ones of a mentor at each insert, also of thousands at once.
create index pairings_open_by_mentor on pairings (mentor_id, programme_id) where closed_on is null;

-- The same rule, asked once and not of every row: a directory asks who has no password yet.
alter policy own_or_an_administrators on passwords
    using (person_id = (select acting_person()) or (select acting_administrator()));

grant execute on function forget_imports to waymark_server;
grant select, insert, delete on imports to waymark_server;
grant update (content, columns, done_at, outcome) on imports to waymark_server;
-- Keys are taken before the rows, for a line manager may stand further down in the same file.
grant usage on sequence people_id_seq to waymark_server;
