// Two people at once, each at a browser of their own: what one writes is never lost to the other.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Somebody } from './somebody.mjs';
import { startBrowser, startWaymark } from './support.mjs';

const password = 'a-walk-by-the-river';

let browser;
before(async () => { browser = await startBrowser(); });
after(async () => { await browser?.close(); });

/** A story of several on the demonstration; `again` lets one of them come back at another browser. */
async function tell(who, options, story) {
  const waymark = await startWaymark({ demo: true });
  const people = [];
  const arrive = async name => {
    const [[email]] = waymark.sql(`select email from people where ${who[name]}`);
    const one = await Somebody.arrive(browser, waymark, email, options);
    people.push(one);
    await one.signIn(password);
    return one;
  };
  const arrived = {};
  try {
    for (const name of Object.keys(who)) arrived[name] = await arrive(name);
    await story({ waymark, again: arrive, ...arrived });
    assert.deepEqual(people.flatMap(one => one.page.complaints), [], 'nothing is logged as an error');
  } finally {
    for (const { page } of people) await page.context().close();
    await waymark.stop();
  }
}

const ofPairing = id => ({
  mentor: `id = (select mentor_id from pairings where id = ${id})`,
  mentee: `id = (select mentee_id from pairings where id = ${id})`,
});

/** The demonstration's pairing that has met nowhere yet, and one that is in its sessions. */
const [FIRST, LATER] = [11, 1];

const both = (name, story) => {
  test(name, () => story({}));
  test(`${name}, without JavaScript on a phone`, () => story({ javaScriptEnabled: false, viewport: { width: 390, height: 844 } }));
};

both('The first meeting is prepared by each alone and gone through together', options => tell(ofPairing(FIRST), options, async ({ mentor, mentee }) => {
  const at = `/pairings/${FIRST}`;
  const mine = 'I hope to unlearn giving advice.';
  await mentor.page.goto(`${at}/first-meeting`);
  await mentee.page.goto(`${at}/first-meeting`);
  const theirs = (await mentee.page.locator('article .keep').first().innerText()).trim();
  await mentor.doesNotRead(theirs);
  await mentor.follow('Prepare your first meeting');
  await mentor.fill({ 'What I hope for': mine });
  await mentor.press('Save what I prepared');
  await mentor.page.goto(`${at}/first-meeting`);
  await mentor.reads(theirs);
  await mentee.page.reload();
  await mentee.reads(mine);
  // Both tick the same thing in the same moment: it is ticked once, for both.
  const before = await mentee.page.getByRole('button', { name: /^Tick\b/ }).count();
  await Promise.all([mentor.press('Tick'), mentee.press('Tick')]);
  for (const one of [mentor, mentee]) {
    await one.page.goto(`${at}/first-meeting`);
    assert.equal(await one.page.getByRole('button', { name: /^Tick\b/ }).count(), before - 1);
  }
}));

both('Two write one agreement at once and nothing is lost', options => tell(ofPairing(FIRST), options, async ({ waymark, mentor, mentee }) => {
  const at = `/pairings/${FIRST}`;
  const [purposeOfOne, purposeOfOther] = ['To read a datasheet without fear.', 'To ask the second question as well.'];
  const cancelling = 'We give two working days.';
  for (const one of [mentor, mentee]) {
    await one.page.goto(`${at}/agreement`);
    await one.page.goto(`${at}/agreement/edit`);
  }
  await mentor.fill({ 'Purpose and aims': purposeOfOne, 'Contact between sessions': 'By message, before six.' });
  await mentee.fill({ 'Purpose and aims': purposeOfOther, Cancelling: cancelling });
  await mentor.press('Save the agreement');
  await mentee.press('Save the agreement');
  await mentee.isRefused('Another version was saved while you were writing');
  await mentee.reads(purposeOfOne);
  assert.equal(await mentee.page.getByLabel('Yours, to change as you like').first().inputValue(), purposeOfOther);
  const clash = mentee.page.getByRole('group', { name: 'Purpose and aims' });
  await clash.locator('label').filter({ hasText: 'Use both' }).click();
  await mentee.press('Save the agreement');
  for (const words of [purposeOfOne, purposeOfOther, cancelling, 'By message, before six.']) await mentee.reads(words);

  // The other one sees what has changed, word by word, says a word to a clause, and both sign.
  await mentor.page.goto(`${at}/agreement`);
  await mentor.reads('What has changed');
  assert.ok((await mentor.page.locator('.document ins').allInnerTexts()).join(' ').includes('second question'));
  await mentor.follow('Comment on Cancelling');
  await mentor.page.getByRole('textbox').first().fill('One day is enough for me.');
  await mentor.press('Comment');
  await mentee.page.goto(`${at}/agreement`);
  await mentee.reads('One day is enough for me.');
  await Promise.all([mentee.press('Sign this version'), (async () => {
    await mentor.page.goto(`${at}/agreement`);
    await mentor.press('Sign this version');
  })()]);
  await mentee.page.goto(`${at}/agreement`);
  await mentee.reads('In force');
  assert.equal(waymark.sql(`select count(*) from agreement_signatures join agreements on id = agreement_id where agreements.pairing_id = ${FIRST}`)[0][0], '2');
}));

both('Each writes a record of the same session, and a crash takes none of it', options => tell(ofPairing(LATER), options, async ({ waymark, mentor, mentee, again }) => {
  const at = `/pairings/${LATER}`;
  waymark.sql(`update mentoring_sessions set during = tstzrange(clock_timestamp() - interval '1 second', clock_timestamp())
    where pairing_id = ${LATER} and num_nonnulls(held_on, missed_on, cancelled_on) = 0`);
  await mentor.page.goto(at);
  await mentor.follow('Say what happened');
  await mentor.press('It happened');
  const session = new URL(mentor.page.url()).pathname;
  const [hers, his] = ['She named the problem before I did.', 'I said the number first.'];
  for (const one of [mentor, mentee]) await one.page.goto(`${session}/record`);
  await mentor.fill({ 'What we talked about': hers });
  await mentee.fill({ 'What we talked about': his });
  if (options.javaScriptEnabled === false) {
    await mentee.press('Keep as a draft');
  } else {
    await mentee.page.locator('[data-said]').filter({ hasText: 'Saved at' }).waitFor();
  }
  // Their browser is gone in the middle of it; at another one, all of it is there, and theirs alone.
  await mentee.page.context().close();
  const back = await again('mentee');
  await back.page.goto(`${session}/record`);
  assert.equal(await back.page.getByLabel(/^What we talked about/).inputValue(), his);
  await mentor.press('Share the record');
  await mentor.page.goto(session);
  await mentor.doesNotRead(his);
  await back.press('Share the record');
  for (const one of [mentor, back]) {
    await one.page.goto(session);
    await one.reads(hers);
    await one.reads(his);
  }
  // How it was, and what helped, is for nobody else.
  await back.pick('From 1, not well, to 5, very well', '4');
  await back.press('Keep it : how it is going');
  await back.page.goto(session);
  await back.page.getByRole('group', { name: 'What helped?' }).locator('label').first().click();
  await back.press('Keep it : what helped');
  await back.page.goto(session);
  await back.reads('You ticked');
  await mentor.page.reload();
  await mentor.doesNotRead('You ticked');
}));

const coordinators = { nadia: "full_name = 'Nadia Rahman'", colin: "full_name = 'Colin Farquhar'" };

both('Two coordinators write one page of the library at once and read both texts', options => tell(coordinators, options, async ({ nadia, colin }) => {
  const place = '/programmes/1/library/being-a-mentee';
  for (const one of [nadia, colin]) await one.page.goto(`${place}/text`);
  const [hers, his] = ['Bring one question, and the courage to ask it.', 'Come as you are.'];
  await nadia.fill({ 'In a sentence': hers });
  await colin.fill({ 'In a sentence': his });
  await nadia.press('Save');
  await colin.press('Save');
  await colin.isRefused('What is saved now', 409);
  await colin.reads(hers);
  assert.equal(await colin.page.getByLabel(/^In a sentence/).inputValue(), his, 'what he typed is still there');
  await colin.fill({ 'In a sentence': `${hers} ${his}` });
  await colin.press('Save');
  await nadia.page.goto('/programmes/1/library');
  await nadia.reads(`${hers} ${his}`);
}));

both('What mentoring brings is answered in two goes and read by nobody else', options => tell({
  hannah: "full_name = 'Hannah Osei'", nadia: coordinators.nadia,
}, options, async ({ hannah, nadia, again }) => {
  await hannah.follow('Answer');
  await hannah.pick('I feel confident and motivated in my work.', '4');
  await hannah.press('Keep as a draft');
  await hannah.page.context().close();
  const back = await again('hannah');
  await back.follow('Answer');
  assert.ok(await back.page.getByRole('group', { name: 'I feel confident and motivated in my work.' }).getByLabel(/^4/).isChecked());
  const statements = await back.page.locator('main fieldset legend').allInnerTexts();
  for (const words of statements.slice(1)) await back.pick(words.trim(), '5');
  await back.press('Send my answers');
  await back.reads('your ratings are kept');
  await nadia.page.goto('/programmes/1/evidence');
  await nadia.doesNotRead('Hannah Osei');
}));
