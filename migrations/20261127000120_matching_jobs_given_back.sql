-- A server that is stopped in order gives its job back, and another goes on with it at once. That speaks
-- in no way against the job.
create function give_matching_job_back(job bigint, had timestamptz) returns void
language sql volatile security definer set search_path = public, pg_temp as $$
    update matching_jobs set taken_until = null, times_taken = times_taken - 1
    where acting_person() is null and id = job and done_at is null and taken_until = had
$$;
