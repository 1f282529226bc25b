-- Whoever reminds people, who acts for nobody, knows when the review half-way is due as well.
create or replace function midpoint_of(pairing bigint) returns date[] language sql stable security definer
set search_path = public, pg_temp as $$
    select array[
        case
            when num_nulls(mentor_accepted_on, mentee_accepted_on) > 0 then null
            when midpoint_on > greatest(mentor_accepted_on, mentee_accepted_on) then midpoint_on
            else greatest(mentor_accepted_on, mentee_accepted_on)
                + (ends_on - greatest(mentor_accepted_on, mentee_accepted_on)) / 2
        end,
        (select answered_on from midpoint_reviews where pairing_id = pairings.id and person_id = mentor_id),
        (select answered_on from midpoint_reviews where pairing_id = pairings.id and person_id = mentee_id),
        (select decided_on from midpoint_decisions where pairing_id = pairings.id)
    ]
    from pairings
    join programmes on programmes.id = programme_id
    where pairings.id = pairing
        and (
            acting_person() is null
            or (acting_person() in (mentor_id, mentee_id) and offered_on is not null)
            or coordinates(programme_id)
        )
$$;
