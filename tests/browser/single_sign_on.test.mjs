// Signing in and out with a real OpenID Connect provider, and every way in which that is refused.
import assert from 'node:assert/strict';
import http from 'node:http';
import { after, before, beforeEach, test } from 'node:test';
import Provider from 'oidc-provider';
import { person, signIn, startBrowser, startWaymark } from './support.mjs';

const client = { client_id: 'waymark', client_secret: 'a secret between the two' };
const button = 'Sign in with Quillmoor account';

let browser, waymark, provider, contexts = [];

before(async () => {
  [browser, waymark] = await Promise.all([startBrowser(), startWaymark()]);
  for (const name of ['Alex', 'Pat']) {
    const email = `${name.toLowerCase()}@example.org`;
    waymark.waymark(['admin', 'create', '--name', name, '--email', email], 'seven grey herons\n');
  }
  waymark.sql("update people set administrator_since = null where full_name = 'Pat'");
  waymark.sql(`insert into people (full_name, email, time_zone, added_at)
    values ('Maya Okafor', 'maya@example.org', 'Europe/London', '2026-01-01')`);
  provider = await startProvider(waymark.base);
});

beforeEach(async () => {
  await Promise.all(contexts.splice(0).map(context => context.close()));
  provider.people.clear();
  provider.people.set('maya', { email: 'Maya@Example.org', email_verified: true });
  waymark.sql('delete from linked_accounts; delete from sign_ins; delete from single_sign_on_attempts');
  settings({});
});

after(async () => {
  await browser?.close();
  await provider?.stop();
  await waymark?.stop();
});

/** Started on a port of its own. `people` maps what they type to what it tells of them. While it
 * `holds`, nobody is sent back to us, and `held` is where they would have gone. */
async function startProvider(base, options = {}) {
  const server = http.createServer();
  await new Promise(resolve => server.listen(0, 'localhost', resolve));
  const issuer = `http://localhost:${server.address().port}`;
  const people = new Map();
  const oidc = new Provider(issuer, {
    clients: [{ ...client, redirect_uris: [`${base}/sign-in/provider/return`], post_logout_redirect_uris: [`${base}/sign-in`] }],
    claims: { openid: ['sub'], email: ['email', 'email_verified'] },
    cookies: { keys: ['of a test'] },
    findAccount: (_, id) => people.has(id) && { accountId: id, claims: () => ({ sub: id, ...people.get(id) }) },
    pkce: { required: () => true },
    ...options,
  });
  const answer = oidc.callback();
  const started = { issuer, people, holds: false, held: '' };
  server.on('request', (request, response) => {
    const { end } = response;
    response.end = (...rest) => {
      const location = response.getHeader('location');
      if (started.holds && location?.startsWith(base)) {
        started.held = location;
        response.statusCode = 200;
        response.removeHeader('location');
      }
      return end.apply(response, rest);
    };
    answer(request, response);
  });
  const stop = () => new Promise(resolve => {
    server.close(resolve);
    server.closeAllConnections();
  });
  return Object.assign(started, { stop });
}

/** Keeps these settings, past the page that would read the provider first. */
function settings({ issuer = provider.issuer, secret = client.client_secret, links = true, only = false }) {
  waymark.sql(`delete from single_sign_on; insert into single_sign_on
    (issuer, client_id, client_secret, name, links_by_email, is_only_way)
    values ('${issuer}', 'waymark', '${secret}', 'Quillmoor account', ${links}, ${only})`);
}

async function somebody() {
  const page = await person(browser, waymark.base);
  contexts.push(page.context());
  return page;
}

const press = (page, name) => page.getByRole('button', { name, exact: true }).click();
const follow = (page, name) => page.getByRole('link', { name, exact: true }).click();

/** From our sign-in page to whatever comes after the provider has let somebody go. */
async function comeBy(page, login, next = '', until = `${waymark.base}/**`) {
  await page.goto(`/sign-in${next && `?next=${next}`}`);
  await follow(page, button);
  await page.getByPlaceholder('Enter any login').fill(login);
  await page.getByPlaceholder('and password').fill('anything');
  await press(page, 'Sign-in');
  await Promise.all([page.waitForURL(until), press(page, 'Continue')]);
}

/** The address that the provider would send somebody back to, held there for once. */
async function returnAddress(page, login, from = provider) {
  from.holds = true;
  await comeBy(page, login, '', `${from.issuer}/auth/**`);
  await page.getByText('Redirecting').waitFor();
  from.holds = false;
  return from.held;
}

async function reads(page, words) {
  const text = await page.locator('body').innerText();
  assert.ok(text.includes(words), `${page.url()} says “${words}”:\n${text}`);
}

async function isRefused(answer, page, status, words) {
  assert.equal(answer.status(), status, await page.locator('body').innerText());
  await reads(page, words);
  assert.equal(await page.locator('h1').count(), 1);
  assert.deepEqual(waymark.sql('select * from sign_ins'), [], 'nobody is signed in');
}

/** Comes by the provider, and is refused. */
async function comesInVain(page, login, status, words) {
  const answered = page.waitForResponse(answer => answer.url().includes('/sign-in/provider/return'));
  await comeBy(page, login);
  await isRefused(await answered, page, status, words);
  assert.deepEqual(waymark.sql('select * from linked_accounts'), [], 'nothing is linked');
}

test('a verified address links an account, and from then on the account counts', async () => {
  const page = await somebody();
  await comeBy(page, 'maya', '/account/sign-ins');
  assert.equal(page.url(), `${waymark.base}/account/sign-ins`, 'where the visitor was going');
  await page.goto('/');
  await reads(page, 'Hello, Maya');
  assert.equal(waymark.sql("select count(*) from audit_events where act = 'linked an account to sign in with'")[0][0], '1');

  // Neither the address nor the permission to link is asked for again.
  provider.people.set('maya', { email: 'somebody.else@example.org', email_verified: false });
  settings({ links: false });
  const later = await somebody();
  await comeBy(later, 'maya');
  await reads(later, 'Hello, Maya');
  assert.deepEqual(waymark.sql('select subject from linked_accounts'), [['maya']]);
  assert.deepEqual(waymark.sql('select * from single_sign_on_attempts'), []);
});

test('an address in the token itself counts as well', async () => {
  const telling = await startProvider(waymark.base, { conformIdTokenClaims: false });
  telling.people.set('maya', { email: 'maya@example.org', email_verified: true });
  settings({ issuer: telling.issuer });
  const page = await somebody();
  await comeBy(page, 'maya');
  await reads(page, 'Hello, Maya');
  await telling.stop();
});

test('an address that is not verified is refused, linked or not', async () => {
  for (const claims of [{ email_verified: false }, {}]) {
    provider.people.set('maya', { email: 'maya@example.org', ...claims });
    await comesInVain(await somebody(), 'maya', 403, 'Your email address is not confirmed');
  }
});

test('without permission to link, an account that nobody has is refused', async () => {
  settings({ links: false });
  await comesInVain(await somebody(), 'maya', 403, 'is not linked to anybody in Waymark');
});

test('an address that nobody has is refused, and so is a second account of the same address', async () => {
  provider.people.set('nils', { email: 'nils@example.org', email_verified: true });
  await comesInVain(await somebody(), 'nils', 403, 'Nobody in Waymark can come in as nils@example.org');
  await comeBy(await somebody(), 'maya');
  waymark.sql('delete from sign_ins');
  provider.people.set('another', { email: 'maya@example.org', email_verified: true });
  const page = await somebody();
  await comeBy(page, 'another');
  await reads(page, 'Nobody in Waymark can come in as maya@example.org');
  assert.deepEqual(waymark.sql('select subject from linked_accounts'), [['maya']]);
});

test('an address to return to is good once, for this state, and in this browser', async () => {
  const page = await somebody();
  const address = await returnAddress(page, 'maya');
  const unknown = 'This way in was used already, or did not begin in this browser';

  const tampered = new URL(address);
  tampered.searchParams.set('state', tampered.searchParams.get('state').replace(/.$/, last => (last === '0' ? '1' : '0')));
  await isRefused(await page.goto(tampered.href), page, 403, unknown);
  const victim = await somebody();
  await isRefused(await victim.goto(address), victim, 403, unknown);

  await page.goto(address);
  await reads(page, 'Hello, Maya');
  await page.context().clearCookies({ name: 'sign_in' });
  waymark.sql('delete from sign_ins');
  await isRefused(await page.goto(address), page, 403, unknown);
});

test('an attempt that took too long, or that another provider answers, is refused', async () => {
  const late = await somebody();
  const address = await returnAddress(late, 'maya');
  waymark.sql("update single_sign_on_attempts set expires_at = '2026-01-01'");
  await isRefused(await late.goto(address), late, 403, 'there are ten minutes to sign in');

  const misled = await somebody();
  const mixed = new URL(await returnAddress(misled, 'maya'));
  assert.equal(mixed.searchParams.get('iss'), provider.issuer);
  mixed.searchParams.set('iss', 'http://localhost:1');
  await isRefused(await misled.goto(mixed.href), misled, 502, 'answered in a way that we cannot trust');

  const forged = await somebody();
  const code = new URL(await returnAddress(forged, 'maya'));
  code.searchParams.set('code', 'made-up');
  await isRefused(await forged.goto(code.href), forged, 502, 'answered in a way that we cannot trust');

  const renonced = await somebody();
  const nonce = await returnAddress(renonced, 'maya');
  waymark.sql("update single_sign_on_attempts set nonce = 'another'");
  await isRefused(await renonced.goto(nonce), renonced, 502, 'answered in a way that we cannot trust');
});

test('whoever stops at the provider is told that they are not signed in', async () => {
  const page = await somebody();
  await page.goto('/sign-in');
  await follow(page, button);
  const answered = page.waitForResponse(answer => answer.url().includes('/sign-in/provider/return'));
  await page.getByRole('link', { name: 'Cancel' }).click();
  await isRefused(await answered, page, 403, 'was stopped there');
  await follow(page, 'Back to signing in');
  await reads(page, button);
});

test('a provider that is down, silent or disagrees about our secret lets nobody in', async () => {
  const brief = await startProvider(waymark.base);
  brief.people.set('maya', { email: 'maya@example.org', email_verified: true });
  settings({ issuer: brief.issuer, secret: 'not what was agreed' });
  await comesInVain(await somebody(), 'maya', 502, 'answered in a way that we cannot trust');

  settings({ issuer: brief.issuer });
  const page = await somebody();
  const address = await returnAddress(page, 'maya', brief);
  await brief.stop();
  await isRefused(await page.goto(address), page, 502, 'cannot be reached');

  settings({ issuer: 'http://localhost:1' });
  const lost = await somebody();
  await isRefused(await lost.goto('/sign-in/provider'), lost, 502, 'cannot be reached');

  const silent = http.createServer(() => {});
  await new Promise(resolve => silent.listen(0, 'localhost', resolve));
  settings({ issuer: `http://localhost:${silent.address().port}` });
  const answer = await fetch(`${waymark.base}/sign-in/provider`, { redirect: 'manual' });
  assert.equal(answer.status, 504);
  assert.match(await answer.text(), /takes too long to answer/);
  silent.closeAllConnections();
  silent.close();
});

test('signing out ends the sign-in here, and offers to end the one at the provider', async () => {
  const page = await somebody();
  await comeBy(page, 'maya');
  await press(page, 'Sign out');
  await page.waitForURL('**/signed-out');
  assert.deepEqual(waymark.sql('select * from sign_ins'), []);
  await follow(page, 'Sign out of Quillmoor account as well');
  await press(page, 'Yes, sign me out');
  await page.waitForURL(`${waymark.base}/sign-in**`);
  await follow(page, button);
  await page.getByPlaceholder('Enter any login').waitFor();

  const typing = await somebody();
  await signIn(typing, 'alex@example.org', 'seven grey herons');
  await press(typing, 'Sign out');
  await typing.waitForURL('**/sign-in');
});

test('single sign-on only: passwords are for administrators, and nobody learns who that is', async () => {
  settings({ only: true });
  const page = await somebody();
  await page.goto('/sign-in');
  assert.equal(await page.getByLabel('Password').count(), 0);
  await follow(page, 'sign in with a password');
  const words = 'Sign in with Quillmoor account. Only administrators may use a password, and only the right one';
  for (const [email, password] of [
    ['pat@example.org', 'seven grey herons'], ['alex@example.org', 'seven wrong herons'],
    ['nobody@example.org', 'seven grey herons'],
  ]) {
    await page.goto('/sign-in/password');
    await page.getByLabel('Email').fill(email);
    await page.getByLabel('Password').fill(password);
    const answered = page.waitForResponse(answer => answer.request().method() === 'POST');
    await press(page, 'Sign in');
    await isRefused(await answered, page, 422, words);
  }
  await page.getByLabel('Email').fill('alex@example.org');
  await page.getByLabel('Password').fill('seven grey herons');
  await press(page, 'Sign in');
  await page.getByRole('heading', { name: 'Hello, Alex' }).waitFor();

  const maya = await somebody();
  await comeBy(maya, 'maya');
  await reads(maya, 'Hello, Maya');
});

/** From the account page to whatever comes after the provider has let somebody go. */
async function linkBy(page, login, until = `${waymark.base}/**`) {
  await page.goto('/account');
  await press(page, 'Link your account with Quillmoor account');
  await follow(page, 'Go on to Quillmoor account');
  await page.getByPlaceholder('Enter any login').fill(login);
  await page.getByPlaceholder('and password').fill('anything');
  await press(page, 'Sign-in');
  await Promise.all([page.waitForURL(until), press(page, 'Continue')]);
}

async function signedIn(name) {
  const page = await somebody();
  await signIn(page, `${name.toLowerCase()}@example.org`, 'seven grey herons');
  await page.getByRole('heading', { name: `Hello, ${name}` }).waitFor();
  return page;
}

test('whoever is signed in links an account, whatever its address, and unlinks it again', async () => {
  settings({ links: false });
  provider.people.set('pat-there', {});
  const page = await signedIn('Pat');
  await linkBy(page, 'pat-there');
  assert.equal(page.url(), `${waymark.base}/account`);
  await reads(page, 'You can sign in with Quillmoor account from now on.');
  assert.deepEqual(waymark.sql('select subject, full_name from linked_accounts join people on id = person_id'), [['pat-there', 'Pat']]);
  assert.equal(waymark.sql(`select count(*) from audit_events join people on people.id = actor_id
    where act = 'linked an account to sign in with' and full_name = 'Pat'`)[0][0], '1');
  const later = await somebody();
  await comeBy(later, 'pat-there');
  await reads(later, 'Hello, Pat');

  await page.goto('/account');
  await press(page, 'Unlink your account');
  await reads(page, 'Quillmoor account no longer lets you in here.');
  assert.deepEqual(waymark.sql('select * from linked_accounts'), []);
  await later.goto('/');
  assert.match(later.url(), /sign-in/);
});

test('an account of somebody else is linked to nobody anew, and nobody links a second one', async () => {
  await comeBy(await somebody(), 'maya');
  provider.people.set('pat-there', {}).set('pat-elsewhere', {});
  const page = await signedIn('Pat');
  await linkBy(page, 'maya');
  await reads(page, 'is somebody else’s here');
  await follow(page, 'Back to your account');
  assert.deepEqual(waymark.sql('select subject from linked_accounts'), [['maya']]);

  waymark.sql(`insert into linked_accounts
    select '${provider.issuer}', 'pat-there', id, '2026-01-01' from people where full_name = 'Pat'`);
  const other = await signedIn('Pat');
  await other.goto('/account');
  // A page that was opened before still has the button.
  await other.evaluate(() => {
    const form = document.createElement('form');
    form.method = 'post';
    form.action = '/account/linked-account';
    document.body.append(form);
    form.submit();
  });
  await follow(other, 'Go on to Quillmoor account');
  await other.getByPlaceholder('Enter any login').fill('pat-elsewhere');
  await other.getByPlaceholder('and password').fill('anything');
  await press(other, 'Sign-in');
  await Promise.all([other.waitForURL(`${waymark.base}/**`), press(other, 'Continue')]);
  await reads(other, 'is linked to you already');
  assert.equal(waymark.sql('select count(*) from linked_accounts')[0][0], '2');
});

test('whoever comes back to link an account is still signed in as the person who set out', async () => {
  provider.people.set('pat-there', {});
  for (const become of [
    async page => page.context().clearCookies({ name: 'sign_in' }),
    async page => {
      await page.context().clearCookies({ name: 'sign_in' });
      await signIn(page, 'alex@example.org', 'seven grey herons');
      await page.getByRole('heading', { name: 'Hello, Alex' }).waitFor();
    },
  ]) {
    const page = await signedIn('Pat');
    provider.holds = true;
    await linkBy(page, 'pat-there', `${provider.issuer}/auth/**`);
    await page.getByText('Redirecting').waitFor();
    provider.holds = false;
    await become(page);
    const answer = await page.goto(provider.held);
    assert.equal(answer.status(), 403);
    await reads(page, 'You are no longer signed in here as whoever set out');
    assert.deepEqual(waymark.sql('select * from linked_accounts'), []);
  }
  // Nor does a way that somebody stopped lead on.
  const page = await signedIn('Pat');
  await page.goto('/account');
  await press(page, 'Link your account with Quillmoor account');
  await follow(page, 'Go on to Quillmoor account');
  await page.getByRole('link', { name: 'Cancel' }).click();
  await page.waitForURL(`${waymark.base}/**`);
  await reads(page, 'Your account is not linked');
});

test('an administrator sets the provider, which is read first', async () => {
  waymark.sql('delete from single_sign_on');
  const page = await somebody();
  await signIn(page, 'alex@example.org', 'seven grey herons');
  await page.getByRole('heading', { name: 'Hello, Alex' }).waitFor();
  await page.goto('/administration');
  await follow(page, 'Sign-in methods');
  await reads(page, `${waymark.base}/sign-in/provider/return`);
  await page.getByLabel('What people know the account as').fill('Quillmoor account');
  await page.getByLabel('Client ID').fill(client.client_id);
  await page.getByLabel('Client secret').fill(client.client_secret);
  await page.getByText('Link people by their email address').click();
  for (const [issuer, words] of [
    [`${provider.issuer}/`, 'The provider there goes by another address'],
    [waymark.base, 'What is there does not speak OpenID Connect'],
    ['http://localhost:1', 'Nobody answers there'],
    ['http://login.example.org', 'Enter an address with https'],
  ]) {
    await page.getByLabel('Issuer').fill(issuer);
    await press(page, 'Save');
    await page.locator('.error-summary').getByText(words).waitFor();
    assert.equal(await page.getByLabel('Issuer').inputValue(), issuer);
    assert.deepEqual(waymark.sql('select * from single_sign_on'), []);
    await page.getByLabel('Client secret').fill(client.client_secret);
  }
  await page.getByLabel('Issuer').fill(provider.issuer);
  await press(page, 'Save');
  await page.getByText('People sign in this way from now on.').waitFor();
  assert.ok(!(await page.content()).includes(client.client_secret), 'the secret is not shown again');

  const maya = await somebody();
  await comeBy(maya, 'maya');
  await reads(maya, 'Hello, Maya');

  await page.goto('/people');
  await follow(page, 'Maya Okafor');
  await press(page, 'Unlink the account');
  await page.getByText('The account is unlinked').waitFor();
  await maya.goto('/account');
  assert.match(maya.url(), /\/sign-in\?next=/, 'what it let in is signed out');

  await page.goto('/administration/sign-in');
  await page.getByText('End single sign-on').click();
  await press(page, 'Forget the provider');
  await page.getByText('Everybody signs in with their password from now on.').waitFor();
  await maya.goto('/sign-in');
  assert.equal(await maya.getByRole('link', { name: button }).count(), 0);
});
