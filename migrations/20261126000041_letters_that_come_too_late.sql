-- Some letters are of no use after a while: that a session is tomorrow, once it has begun.
alter table letters add column useless_after timestamptz;

grant select (useless_after) on letters to waymark_server;

-- What a letter to the address of before could do is done with.
create function another_address_ends_links() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
begin
    delete from letter_acts where person_id = new.id;
    return null;
end
$$;

create trigger another_address_ends_links after update on people
    for each row when (new.email <> old.email) execute function another_address_ends_links();
