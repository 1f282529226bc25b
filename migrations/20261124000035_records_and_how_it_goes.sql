-- What one of the two is still writing of a session, as it was typed: nobody else's until it is
-- shared, and gone then.
create table record_drafts (
    session_id bigint not null,
    pairing_id bigint not null,
    author_id bigint not null references people on delete cascade,
    -- Names and texts of the form's fields.
    fields jsonb not null
        constraint record_drafts_are_as_long_as_a_form check (pg_column_size(fields) <= 262144),
    -- The page that it was last typed on.
    page text not null check (length(page) <= 40),
    saved_at timestamptz not null,
    primary key (session_id, author_id),
    foreign key (session_id, pairing_id) references mentoring_sessions (id, pairing_id) on delete cascade
);

create index record_drafts_by_author on record_drafts (author_id);

-- What the author of a record says was spoken of.
create table objectives_spoken_of (
    session_id bigint not null,
    pairing_id bigint not null,
    author_id bigint not null,
    objective_id bigint not null,
    primary key (session_id, author_id, objective_id),
    foreign key (session_id, author_id) references session_records (session_id, author_id) on delete cascade,
    foreign key (objective_id, pairing_id) references objectives (id, pairing_id) on delete cascade
);

create index objectives_spoken_of_by_objective on objectives_spoken_of (objective_id, pairing_id);

-- What became of a target of an earlier session at this one.
create table targets_looked_at (
    session_id bigint not null,
    pairing_id bigint not null,
    target_id bigint not null references targets on delete cascade,
    author_id bigint not null references people on delete cascade,
    how text not null check (how in ('done', 'carried_on', 'dropped')),
    until date,
    primary key (session_id, target_id),
    foreign key (session_id, pairing_id) references mentoring_sessions (id, pairing_id) on delete cascade,
    constraint targets_looked_at_carry_on_until_a_day check ((how = 'carried_on') = (until is not null))
);

create index targets_looked_at_by_target on targets_looked_at (target_id);
create index targets_looked_at_by_author on targets_looked_at (author_id);

alter table record_drafts enable row level security;
create policy for_the_author_alone on record_drafts
    using (author_id = acting_person() and of_the_two(pairing_id));

alter table objectives_spoken_of enable row level security;
create policy read_by_the_two on objectives_spoken_of for select using (of_the_two(pairing_id));
create policy ticked_by_the_author on objectives_spoken_of for insert
    with check (of_the_two(pairing_id) and author_id = acting_person());
create policy unticked_by_the_author on objectives_spoken_of for delete
    using (of_the_two(pairing_id) and author_id = acting_person());

alter table targets_looked_at enable row level security;
create policy read_by_the_two on targets_looked_at for select using (of_the_two(pairing_id));
create policy said_by_the_author on targets_looked_at for insert
    with check (of_the_two(pairing_id) and author_id = acting_person());
create policy said_anew_by_either on targets_looked_at for update
    using (of_the_two(pairing_id)) with check (author_id = acting_person());

grant select, insert, update, delete on record_drafts to waymark_server;
grant select, insert, delete on objectives_spoken_of to waymark_server;
grant select, insert, update on targets_looked_at to waymark_server;
