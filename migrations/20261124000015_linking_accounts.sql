-- People link an account of the provider to themselves, whatever address it has.

-- Whom the account is for, if they set out signed in; null for whoever comes to sign in.
alter table single_sign_on_attempts
    add column linking_to bigint references people on delete cascade;

-- What came of it: yes, already, anothers, or another while the viewer has a different one.
create function link_own_account(provider text, account text, moment timestamptz) returns text
language plpgsql security definer set search_path = public, pg_temp as $$
begin
    insert into linked_accounts (issuer, subject, person_id, linked_at)
    select provider, account, acting_person(), moment
    from single_sign_on
    where issuer = provider and acting_person() is not null
    on conflict do nothing;
    if found then
        return 'yes';
    end if;
    return case
        when exists (
            select from linked_accounts
            where issuer = provider and subject = account and person_id = acting_person()
        ) then 'already'
        when exists (select from linked_accounts where issuer = provider and subject = account)
            then 'anothers'
        else 'another'
    end;
end
$$;

-- Whether the viewer has another way in than the provider.
create function comes_in_by_password() returns boolean language sql stable security definer
set search_path = public, pg_temp as $$
    select exists (select from passwords where person_id = acting_person())
        and (acting_administrator() or not exists (select from single_sign_on where is_only_way))
$$;

-- What the provider is called, and since when an account there has been the viewer's.
create function own_account_there() returns table (name text, linked_at timestamptz)
language sql stable security definer set search_path = public, pg_temp as $$
    select single_sign_on.name, linked_accounts.linked_at
    from single_sign_on
    left join linked_accounts
        on linked_accounts.issuer = single_sign_on.issuer and person_id = acting_person()
    where acting_person() is not null
$$;

create policy unlinked_by_oneself on linked_accounts for delete
    using (person_id = acting_person() and comes_in_by_password());
