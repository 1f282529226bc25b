-- Where people may come in by somebody else's word for who they are (OpenID Connect). No row while
-- passwords are the only way.
create table single_sign_on (
    single boolean primary key default true check (single),
    -- Exactly as the provider writes it in what it signs.
    issuer text not null check (issuer like 'http%' and length(issuer) <= 500),
    client_id text not null check (client_id <> '' and length(client_id) <= 200),
    -- Empty for a client that has none.
    client_secret text not null default '' check (length(client_secret) <= 500),
    -- "Sign in with …"
    name text not null check (name <> '' and length(name) <= 60),
    -- Whether an account that nobody has used here yet is taken for that of the person who has
    -- the address which the provider vouches for.
    links_by_email boolean not null,
    -- Whether passwords are for administrators alone.
    is_only_way boolean not null
);

-- Whose an account of the provider is. An address may change hands; these two never do.
create table linked_accounts (
    issuer text not null,
    subject text not null check (subject <> '' and length(subject) <= 255),
    person_id bigint not null references people on delete cascade,
    linked_at timestamptz not null,
    primary key (issuer, subject),
    constraint linked_accounts_one_to_a_person unique (person_id, issuer)
);

-- Somebody has been sent to the provider and is not back yet.
create table single_sign_on_attempts (
    state_hash bytea primary key check (length(state_hash) = 32),
    -- Of what the browser keeps, so that nobody is brought in as somebody else by a link.
    browser_hash bytea not null check (length(browser_hash) = 32),
    issuer text not null,
    nonce text not null,
    pkce_verifier text not null,
    -- Where the visitor was going.
    next text not null check (length(next) <= 500),
    expires_at timestamptz not null
);

create index single_sign_on_attempts_by_expiry on single_sign_on_attempts (expires_at);

-- The provider whose word was taken; null where a password was.
alter table sign_ins add column vouched_for_by text;

-- Whether somebody with an account may come in at all.
create function may_sign_in(person bigint) returns boolean language sql stable security definer
set search_path = public, pg_temp as $$
    select exists (select from people where id = person and deactivated_at is null)
$$;

create function person_of_account(provider text, account text) returns bigint
language sql stable security definer set search_path = public, pg_temp as $$
    select person_id from linked_accounts
    where issuer = provider and subject = account and may_sign_in(person_id)
$$;

-- Links an account to the person who has this address and no other account yet, where
-- administrators allow it; and says whose it is then.
create function link_account(provider text, account text, address text, moment timestamptz)
returns bigint language plpgsql security definer set search_path = public, pg_temp as $$
declare
    linked bigint;
begin
    insert into linked_accounts (issuer, subject, person_id, linked_at)
    select provider, account, people.id, moment
    from people, single_sign_on
    where email = address and may_sign_in(people.id)
        and issuer = provider and links_by_email and acting_person() is null
    on conflict do nothing
    returning person_id into linked;
    if linked is not null then
        insert into audit_events (at, actor_id, act, person_id)
        values (moment, linked, 'linked an account to sign in with', linked);
    end if;
    return person_of_account(provider, account);
end
$$;

alter table single_sign_on enable row level security;
create policy read_to_sign_in on single_sign_on for select using (acting_person() is null);
create policy read_by_administrators on single_sign_on for select using (acting_administrator());
create policy set_by_administrators on single_sign_on for insert with check (acting_administrator());
create policy changed_by_administrators on single_sign_on for update using (acting_administrator());
create policy ended_by_administrators on single_sign_on for delete using (acting_administrator());

alter table linked_accounts enable row level security;
create policy own_or_an_administrators on linked_accounts for select
    using (person_id = acting_person() or acting_administrator());
create policy unlinked_by_administrators on linked_accounts for delete using (acting_administrator());

alter table single_sign_on_attempts enable row level security;
-- Whoever is not back yet is nobody yet.
create policy begun_by_nobody_yet on single_sign_on_attempts for insert
    with check (acting_person() is null);
create policy read_by_nobody_yet on single_sign_on_attempts for select using (acting_person() is null);
create policy ended_by_nobody_yet on single_sign_on_attempts for delete using (acting_person() is null);

grant select, insert, update, delete on single_sign_on to waymark_server;
grant select, delete on linked_accounts to waymark_server;
grant select, insert, delete on single_sign_on_attempts to waymark_server;
