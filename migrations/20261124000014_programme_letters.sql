-- What a programme's coordinators say in the letters that Waymark writes for it, in their own words.
create table programme_letters (
    programme_id bigint not null references programmes,
    letter text not null check (
        letter in (
            'invitation', 'enrolment_link', 'approved', 'question', 'wait_listed', 'declined'
        )
    ),
    words text not null check (words <> '' and length(words) <= 1000),
    primary key (programme_id, letter)
);

-- What was asked and said in one programme is asked and said in the copy that an administrator has
-- just made of it: those who apply and what they answered stay where they are.
create function repeat_questions_and_letters(original bigint, copy bigint) returns void
language plpgsql security definer set search_path = public, pg_temp as $$
begin
    if not acting_administrator() or not exists (
        select from programmes
        where id = copy and created_by = acting_person() and opened_at is null
            and not exists (select from questions where programme_id = copy)
    ) then
        return;
    end if;
    insert into programme_letters (programme_id, letter, words)
    select copy, letter, words from programme_letters where programme_id = original
    on conflict do nothing;
    insert into questions (
        programme_id, position, kind, wording, hint, asked_of, required, for_matching, readers,
        points, least, most, ranks
    )
    select
        copy, row_number() over (order by position, id), kind, wording, hint, asked_of, required,
        for_matching, readers, points, least, most, ranks
    from questions
    where programme_id = original and archived_at is null;
    insert into question_choices (question_id, position, wording)
    select repeated.id, question_choices.position, question_choices.wording
    from (
        select id, row_number() over (order by position, id) as place
        from questions
        where programme_id = original and archived_at is null
    ) asked
    join questions repeated on repeated.programme_id = copy and repeated.position = asked.place
    join question_choices on question_id = asked.id;
end
$$;

alter table programme_letters enable row level security;
-- They go to whoever is invited or asks to be.
create policy known on programme_letters for select using (true);
create policy worded_by_coordinators on programme_letters for insert
    with check (coordinates(programme_id));
create policy reworded_by_coordinators on programme_letters for update
    using (coordinates(programme_id));
create policy taken_back_by_coordinators on programme_letters for delete
    using (coordinates(programme_id));

grant select, insert, delete on programme_letters to waymark_server;
grant update (words) on programme_letters to waymark_server;
