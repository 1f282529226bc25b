-- A job whose work brings its server down is not taken for ever: whoever takes it is told how often it
-- was taken. And whoever asks for the same again is led to the job that there is.

alter table matching_jobs add column times_taken smallint not null default 0;

create index matching_jobs_by_input on matching_jobs (programme_id, md5(input));

drop function take_matching_job(timestamptz, timestamptz);

create function take_matching_job(moment timestamptz, until timestamptz)
returns table (job bigint, input text, times smallint)
language sql volatile security definer set search_path = public, pg_temp as $$
    update matching_jobs set taken_until = until, times_taken = times_taken + 1
    where acting_person() is null and id = (
        select id from matching_jobs
        where done_at is null and (taken_until is null or taken_until < moment)
        order by id
        limit 1
        for update skip locked
    )
    returning id, input, times_taken
$$;
