// A coordinator matches everybody who waits, tries something else, publishes, and finds another mentor
// for whoever was declined.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { person, signIn, startBrowser, startWaymark } from './support.mjs';

const password = 'a-walk-by-the-river';
const programme = '/programmes/1';

let browser;
before(async () => { browser = await startBrowser(); });
after(async () => { await browser?.close(); });

for (const [name, options] of [
  ['on a laptop', {}],
  ['without scripts on a screen of a phone’s size', { javaScriptEnabled: false, viewport: { width: 390, height: 844 } }],
]) {
  test(`Everybody who waits is matched ${name}`, async () => {
    const waymark = await startWaymark({ demo: true });
    const people = [];
    const arrive = async email => {
      const page = await person(browser, waymark.base, { reducedMotion: 'reduce', ...options });
      people.push(page);
      await page.goto('/sign-in');
      await page.getByLabel('Work email address').fill(email);
      await page.getByLabel('Password').fill(password);
      await go(page, page.getByRole('button', { name: 'Sign in', exact: true }));
      return page;
    };
    try {
      await story(waymark, arrive);
      assert.deepEqual(people.flatMap(page => page.complaints), [], 'nothing is logged as an error');
    } finally {
      for (const page of people) await page.context().close();
      await waymark.stop();
    }
  });
}

const go = (page, target) => Promise.all([page.waitForEvent('load'), target.first().click()]);
const main = page => page.getByRole('main');

/** The mentee and the mentor of each row, as the page shows them. */
async function pairs(page) {
  const names = async selector => (await page.locator(selector).allInnerTexts()).map(text => text.split('\n')[0].trim());
  const mentees = await names('#pairs tbody tr[id] > th'), mentors = await names('#pairs tbody tr[id] > td[data-label="Mentor"]');
  return mentees.map((mentee, at) => [mentee, mentors[at]]);
}

async function story(waymark, arrive) {
  const email = name => waymark.sql(`select email from people where full_name = '${name.replaceAll("'", "''")}'`)[0][0];
  const proposals = () => Number(waymark.sql('select count(*) from pairings where programme_id = 1 and offered_on is null and closed_on is null')[0][0]);
  const nadia = await arrive(email('Nadia Rahman'));
  const visit = () => nadia.goto(`${programme}/matching`);
  await visit();
  const wait = (await pairs(nadia)).length;
  assert.ok(wait > 4, 'several mentees wait');
  const before = proposals();

  // What if the place of work did not count? Only the address changes.
  await nadia.locator('#criteria > summary').click();
  await nadia.getByLabel('Place of work', { exact: true }).fill('0');
  await go(nadia, nadia.getByRole('button', { name: 'See what comes of it' }));
  assert.equal(new URL(nadia.url()).searchParams.get('site'), '0');
  assert.equal(proposals(), before, 'nothing is kept');
  await nadia.goBack();

  await tryInALargeOne(waymark, nadia);

  // The score is what its parts add up to.
  await visit();
  const row = nadia.locator('#pairs tbody tr[id]').first();
  await row.locator('summary').click();
  const hundredths = text => Math.round(Number(text.split(' ')[0]) * 100);
  const parts = (await row.locator('details .number').allInnerTexts()).slice(1).map(hundredths);
  const score = hundredths(await row.locator('td[data-label="Score"]').innerText());
  assert.equal(parts.reduce((sum, one) => sum + one, 0), score, 'the explanation is the score');

  // One pair is kept apart, so that another is found; one is locked and stays.
  const [[tom, first], [tia, locked]] = await pairs(nadia);
  await go(nadia, nadia.getByRole('link', { name: `Keep apart ${tom} and ${first}` }));
  await go(nadia, nadia.getByRole('link', { name: `Lock ${tia} and ${(await pairs(nadia))[1][1]}` }));
  const tried = await pairs(nadia);
  assert.notEqual(tried[0][1], first, 'another mentor is found');
  assert.ok(await main(nadia).getByText('Locked', { exact: true }).count() > 0, `${locked} is locked`);
  await go(nadia, nadia.getByRole('button', { name: /^Propose these/ }));
  assert.equal(proposals(), wait, 'the pairs are drafts');

  await go(nadia, nadia.getByRole('link', { name: /^Read and publish|^Publish|^Check and publish/ }));
  await go(nadia, nadia.getByRole('button', { name: /^Publish / }));
  assert.equal(proposals(), 0);
  await visit();
  assert.equal((await pairs(nadia)).length, 0, 'nobody waits any more');

  // One mentor declines, and one mentee with their mentor accepts.
  const [, declining] = tried[0];
  const offer = async (name, partner) => {
    const page = await arrive(email(name));
    await go(page, main(page).getByRole('link', { name: new RegExp(partner) }));
    return page;
  };
  const maya = await offer(declining, tom);
  await go(maya, maya.getByRole('link', { name: 'Decline' }));
  await go(maya, maya.getByRole('button', { name: 'Decline the offer' }));
  for (const [one, other] of [tried[1], [...tried[1]].reverse()]) {
    const page = await offer(one, other);
    await go(page, page.getByRole('button', { name: 'Accept' }));
  }
  const open = waymark.sql(`select mentor_accepted_on is not null and mentee_accepted_on is not null from pairings
    join people on people.id = mentee_id where full_name = '${tia.replaceAll("'", "''")}' and closed_on is null`)[0][0];
  assert.equal(open, 't', 'the two are paired');

  // The mentee who was declined waits again, and is matched with somebody else.
  await visit();
  const [[again, next]] = await pairs(nadia);
  assert.equal(again, tom);
  assert.notEqual(next, declining, 'not with whom has declined');
  await go(nadia, nadia.getByRole('button', { name: 'Propose this pair' }));
  assert.equal(proposals(), 1);
}

/** Weights, a place and a lock are tried in a programme of 120, beside what is proposed there. */
async function tryInALargeOne(waymark, nadia) {
  const [[id]] = waymark.sql(`select id from programmes where name = 'Across Quillmoor'`);
  const drafts = () => waymark.sql(`select mentee_id, mentor_id from pairings
    where programme_id = ${id} and offered_on is null and closed_on is null order by 1, 2`).join();
  const stat = async at => main(nadia).locator('.stats b').nth(at).innerText();
  const workbench = () => nadia.goto(`/programmes/${id}/matching`);
  await workbench();
  await go(nadia, nadia.getByRole('button', { name: /^Propose these/ }));
  await workbench();
  const proposed = drafts(), matched = Number(await stat(0));
  assert.equal(proposed.split(',').length, 2 * matched, 'all pairs are drafts');
  assert.equal(await main(nadia).getByText('What would change').count(), 0, 'nothing would change');

  await nadia.locator('#criteria > summary').click();
  await nadia.getByLabel('Place of work', { exact: true }).fill('60');
  await go(nadia, nadia.getByRole('button', { name: 'See what comes of it' }));
  assert.ok(await main(nadia).getByRole('heading', { name: 'What would change' }).isVisible());
  for (const words of ['Who gains', 'Who loses']) {
    assert.ok(await main(nadia).getByText(words).count() > 0, `${words} is told`);
  }

  await workbench();
  await go(nadia, main(nadia).getByRole('link', { name: /^Try one place more/ }));
  assert.equal(Number(await stat(0)), matched + 1, 'a place more is a mentee more');

  await workbench();
  const [[tom, maya]] = await pairs(nadia);
  await go(nadia, nadia.getByRole('link', { name: `Lock ${tom} and ${maya}` }));
  assert.ok(await nadia.getByRole('link', { name: `Unlock ${tom} and ${maya}` }).count() > 0);
  assert.equal(drafts(), proposed, 'whatever is tried, nothing is kept');
}
