-- What makes the whole good is the programme's own as well, beside what counts for a pair.

alter table matching_rules
    add column method text not null default 'best'
        constraint matching_rules_method check (method in ('best', 'even', 'worst_off', 'stable'));

-- A programme made as a copy of another weighs as that one does, once its questions are repeated.
create or replace function repeat_what_counts(original bigint, copy bigint) returns void
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
        copy, grades_least, grades_most, half_hours_wanted, half_hours_least, score_least, again,
        method
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
