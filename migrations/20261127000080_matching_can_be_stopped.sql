-- Whoever coordinates a programme can have enough of matching that takes too long. Its server hears of
-- it the next time that it says how far it is.

create function stop_matching_job(job bigint, found text, moment timestamptz) returns boolean
language sql volatile security definer set search_path = public, pg_temp as $$
    with stopped as (
        update matching_jobs
        set plan = found, done_at = moment, taken_until = null
        where id = job and done_at is null
            and programme_id in (select coordinated_programmes())
        returning id
    )
    select exists (select from stopped)
$$;
