-- How many working days' notice the two give each other to cancel. Whoever has agreed nothing yet, or
-- agreed it before there was this number, gives one.
alter table agreements
    add column notice_days smallint not null default 1 check (notice_days between 0 and 10);

-- Of the agreement in force, whoever cancels: for what the letter about it says.
create function notice_agreed(pairing bigint) returns smallint
language sql stable security definer set search_path = public, pg_temp as $$
    select coalesce((
        select notice_days from agreements
        where pairing_id = pairing
            and (select count(*) from agreement_signatures where agreement_id = agreements.id) = 2
        order by version desc
        limit 1
    ), 1::smallint)
$$;
