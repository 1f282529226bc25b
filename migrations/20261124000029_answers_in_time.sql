-- Offers wait for so many days, and no longer: whoever is kept free by one is free again by then.

alter table programmes
    add column days_to_answer smallint not null default 14
        constraint programmes_answer_in_reasonable_time check (days_to_answer between 3 and 60);

-- The last day on which an offer can be answered, as the two were told when it was made: what the
-- programme decides later holds for later offers.
alter table pairings
    add column answer_by date,
    add constraint pairings_answered_after_they_are_offered check (answer_by >= offered_on);

update pairings set answer_by = offered_on + 14 where offered_on is not null;
-- Nobody was told of a last day yet.
update pairings set answer_by = greatest(answer_by, current_date + 14)
where closed_on is null and num_nulls(mentor_accepted_on, mentee_accepted_on) > 0;

create function pairings_are_offered_for_a_while() returns trigger language plpgsql security definer
set search_path = public, pg_temp as $$
begin
    select new.offered_on + days_to_answer into new.answer_by
    from programmes where id = new.programme_id;
    return new;
end
$$;

create trigger pairings_are_inserted_for_a_while before insert on pairings
    for each row when (new.offered_on is not null and new.answer_by is null)
    execute function pairings_are_offered_for_a_while();

create trigger pairings_are_offered_for_a_while before update on pairings
    for each row when (old.offered_on is null and new.offered_on is not null)
    execute function pairings_are_offered_for_a_while();

-- Until when each offer waits, or has waited. It is read by whoever reminds people too, who acts for
-- nobody.
create view offers_made with (security_barrier) as
select id as pairing_id, answer_by
from pairings
where offered_on is not null
    and (
        acting_person() is null
        or acting_person() in (mentor_id, mentee_id)
        or programme_id in (select coordinated_programmes())
    );

-- Closes what has not been accepted by both in time. Told are the two of each, for the letters;
-- not who of them has answered. Nobody acts here.
create function lapse_offers(moment timestamptz)
returns table (
    pairing_id bigint, programme text, mentees_ask boolean, answer_by date,
    person_id bigint, email text, mentor boolean, partner text
)
language sql security definer set search_path = public, pg_temp as $$
    with late as (
        select pairings.id, (moment at time zone programmes.time_zone)::date as today
        from pairings
        join programmes on programmes.id = programme_id
        where acting_person() is null
            and closed_on is null and offered_on is not null
            and num_nulls(mentor_accepted_on, mentee_accepted_on) > 0
            and pairings.answer_by < (moment at time zone programmes.time_zone)::date
        for update of pairings skip locked
    ),
    lapsed as (
        update pairings set closed_on = today, closed_how = 'lapsed'
        from late
        where pairings.id = late.id
        returning
            pairings.id, pairings.programme_id, pairings.mentor_id, pairings.mentee_id,
            pairings.answer_by
    ),
    noted as (
        insert into audit_events (at, act, pairing_id)
        select moment, 'closed the offer, which was not accepted in time', id from lapsed
    )
    select
        lapsed.id, programmes.name, who_asks <> 'coordinators', lapsed.answer_by,
        told.id, told.email, told.id = lapsed.mentor_id, partner.full_name
    from lapsed
    join programmes on programmes.id = lapsed.programme_id
    left join people told
        on told.id in (lapsed.mentor_id, lapsed.mentee_id) and told.deactivated_at is null
    left join people partner
        on partner.id in (lapsed.mentor_id, lapsed.mentee_id) and partner.id <> told.id
    order by lapsed.id, told.id
$$;

revoke execute on function lapse_offers from public;

grant execute on function lapse_offers to waymark_server;
grant update (answer_by) on pairings to waymark_server;
grant select on offers_made to waymark_server;
