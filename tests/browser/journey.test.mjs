// The whole way of a pairing, from an empty database to its close, by people who click and type.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Somebody, tell } from './somebody.mjs';
import { startBrowser } from './support.mjs';

const zones = { mentor: 'America/New_York', mentee: 'Europe/London' };

/** What stays between the two. Each sentence is typed somewhere on the way. */
const secret = {
  purpose: 'Purpose: find the nerve to present to the board.',
  agenda: 'Agenda: the talk that went badly in March.',
  objective: 'Chair the quarterly safety meeting alone.',
  known: 'Known by: the minutes carry my name.',
  word: 'Word at the sign-off: you held the room.',
  talked: 'Talked about: how the night shift sees me.',
  strengths: 'Strengths: asks the question nobody asks.',
  feedback: 'Feedback: say the number first, then explain.',
  development: 'Development: silence after a hard question.',
  actions: 'Actions: sit in on a pricing round.',
  target: 'Ask Ines for ten minutes of her time.',
  away: 'Taken away: write the first line beforehand.',
  note: 'Note: she is ready for more than she thinks.',
  step: 'Join the speakers’ circle in Leeds.',
  mentorResults: 'Result by the mentor: the meeting runs itself.',
  menteeResults: 'Result by the mentee: I chaired three of them.',
  together: 'Together: we would do it again, with more walks.',
  afterwards: 'Afterwards: a coffee every quarter.',
};
const remark = 'Remark: a list of free rooms would help.';

let browser;
before(async () => { browser = await startBrowser(); });
after(async () => { await browser?.close(); });

/** Where the page of a pairing says that it stands. */
async function stands(page) {
  const texts = async selector => (await page.locator(selector).allInnerTexts()).map(text => text.trim());
  const [step] = await texts('ol.steps > [aria-current="step"] b');
  const [kicker] = await texts('.next .kicker');
  const [sentence] = await texts('.next h2');
  const acts = await texts('main .button:not(.second, .quiet, .danger)');
  return [step, kicker, sentence, acts.join(' + ')];
}

const journey = options => tell(browser, options, async world => {
  await setUp(world);
  await pairTwo(world);
  await initialMeeting(world);
  await sessions(world);
  await movingOn(world);
  await closed(world);
});

/** What all three may read of the pairing, each from their own side. */
async function expectEach({ mentor, mentee, coordinator }, { step, of: [forMentor, forMentee, forCoordinator] }) {
  await mentor.pairing('Noor Haddad');
  assert.deepEqual(await stands(mentor.page), [step, ...forMentor], 'the mentor’s page');
  await mentee.pairing('Dana Cole');
  assert.deepEqual(await stands(mentee.page), [step, ...forMentee], 'the mentee’s page');
  if (!forCoordinator) return;
  await coordinator.home();
  await coordinator.follow('First steps', coordinator.page.locator('main'));
  await coordinator.unfold('Closed pairings');
  await coordinator.follow('Noor Haddad and Dana Cole');
  assert.deepEqual(await stands(coordinator.page), [step, ...forCoordinator], 'the coordinator’s page');
}

/** The one who acts, the one who waits, and the coordinator who looks on. */
const menteeActs = (kicker, sentence, act, outside) => [
  ['Waiting for Noor Haddad', ...sentence.slice(0, 1), act.startsWith('Book') ? act : ''], [kicker, ...sentence.slice(-1), act],
  outside && ['Waiting for Noor Haddad', outside, ''],
];
const mentorActs = (sentence, act, waiting, meanwhile = 'Book a session') => [
  ['Your next step', sentence, act], ['Waiting for Dana Cole', waiting, meanwhile], ['Waiting for Dana Cole', waiting, ''],
];

async function setUp(world) {
  const { waymark, arrive } = world;
  waymark.waymark(['admin', 'create', '--name', 'Alex Stone', '--email', 'alex@example.org'], 'seven grey herons\n');
  const administrator = world.administrator = await arrive('alex@example.org');
  await administrator.signIn('seven grey herons');
  await administrator.reads('Hello, Alex');

  const passwords = {};
  const everybody = [
    ['coordinator', 'Cleo Marsh', 'cleo@example.org', 'Europe/London'],
    ['mentor', 'Dana Cole', 'dana@example.org', zones.mentor],
    ['mentee', 'Noor Haddad', 'noor@example.org', zones.mentee],
  ];
  await administrator.follow('Add people');
  for (const [part, name, email, zone] of everybody) {
    await administrator.fill({ 'Full name': name, 'Work email address': email, 'Job title': `Knows ${part} work` });
    await administrator.choose('Time zone', zone);
    await administrator.press('Add this person');
    passwords[part] = await administrator.page.locator('dd code').innerText();
    await administrator.follow(part === 'mentee' ? 'I have passed it on' : 'Add another person');
  }

  await administrator.home();
  await administrator.follow('Make the first programme');
  await administrator.reads('Career mentoring');
  await administrator.follow('Begin with nothing');
  const year = new Date().getFullYear();
  await administrator.fill({
    Name: 'First steps', 'What it is for': 'Helps people to lead for the first time.',
    'Starts on': `${year}-01-01`, 'Ends on': `${year + 1}-12-31`,
    'Minutes a session lasts': '60', 'Weeks between sessions': '4',
  });
  await administrator.choose('Time zone', 'Europe/London');
  await administrator.press('Make the programme', 'dblclick');
  assert.equal(waymark.sql('select count(*) from programmes')[0][0], '1', 'a double click makes one programme');
  await administrator.home();
  await administrator.follow('Name a coordinator');
  await administrator.choose('Person', { label: await optionOf(administrator.page, 'Cleo Marsh') });
  await administrator.press('Name as coordinator');
  await administrator.reads('Cleo Marsh now coordinates the programme.');

  for (const [part, name, email] of everybody) {
    const one = world[part] = await arrive(email);
    await one.signIn(passwords[part]);
    await one.reads(`Hello, ${name.split(' ')[0]}`);
    await one.follow('Your account');
    await one.follow('Password');
    await one.fill({ 'The password you have now': passwords[part], 'New password': `${part} likes quiet mornings` });
    await one.press('Change your password');
    await one.signOut();
    await one.signIn(`${part} likes quiet mornings`);
    await one.reads(`Hello, ${name.split(' ')[0]}`);
  }
}

async function optionOf(page, name) {
  const options = await page.locator('option').allInnerTexts();
  return options.find(option => option.startsWith(name));
}

async function pairTwo({ waymark, coordinator, mentor, mentee }) {
  await coordinator.home();
  await coordinator.follow('Open for enrolment');
  await coordinator.press('Open for enrolment', 'dblclick');
  await coordinator.reads('First steps is open.');
  await coordinator.follow('Enrol somebody');
  for (const [name, part, about] of [
    ['Dana Cole', 'A mentor', 'Twenty years of speaking up.'], ['Noor Haddad', 'A mentee', 'Wants to be heard.'],
  ]) {
    await coordinator.choose('Person', { label: await optionOf(coordinator.page, name) });
    await coordinator.tick(part);
    const capacity = part === 'A mentor' ? { 'How many mentees at a time': '2' } : {};
    await coordinator.fill({ ...capacity, 'What they offer or seek': about });
    await coordinator.press('Enrol');
    await coordinator.reads(`${name} is enrolled`);
    if (part === 'A mentor') await coordinator.follow('Enrol somebody');
  }
  await coordinator.home();
  await coordinator.follow('Pair two people');
  await coordinator.follow('Noor Haddad');
  await coordinator.follow('Dana Cole');
  for (const words of ['Wants to be heard.', 'Twenty years of speaking up.', 'London time', 'New York time']) {
    await coordinator.reads(words);
  }
  await coordinator.press('Propose this pairing', 'dblclick');
  assert.equal(waymark.sql('select count(*) from pairings')[0][0], '1', 'a double click proposes one pairing');
  await mentor.home();
  await mentor.doesNotRead('Noor Haddad');
  await coordinator.home();
  await coordinator.follow('Noor Haddad and Dana Cole');
  const proposed = 'Publish the pairing, so that the two can accept';
  assert.deepEqual(await stands(coordinator.page), [undefined, 'Your next step', proposed, 'Read and publish']);
  await coordinator.follow('Read and publish');
  await coordinator.press('Publish 1 pairing');

  const ask = partner => ['Next for the two of you', `Say whether you would like to be paired with ${partner}`, 'Accept'];
  const everybody = { mentor, mentee, coordinator };
  await expectEach(everybody, {
    of: [ask('Noor Haddad'), ask('Dana Cole'), ['Next for Noor Haddad and Dana Cole', 'The offer is being considered', '']],
  });
  // The same page twice, as in two tabs: what the first does, the second does not do again.
  const tab = await secondTab(mentor);
  await mentor.press('Accept');
  await expectEach(everybody, {
    of: [['Waiting for Noor Haddad', 'Noor Haddad answers the offer', ''],
      ['Your next step', 'Say whether you would like to be paired with Dana Cole', 'Accept'],
      ['Waiting for Noor Haddad', 'The offer is being considered', '']],
  });
  await mentee.press('Accept');
  await mentee.reads('You are paired with Dana Cole.');
  await tab.press('Accept');
  await tab.reads('Say when you can usually meet Noor Haddad');
  assert.deepEqual(tab.page.complaints, []);
  await tab.page.close();
}

async function secondTab(somebody) {
  const page = await somebody.page.context().newPage();
  page.complaints = [];
  page.on('console', message => message.type() === 'error' && page.complaints.push(message.text()));
  await page.goto(somebody.page.url());
  return Object.assign(new Somebody(), { page, clicks: 0 });
}

async function initialMeeting(world) {
  const { mentor, mentee } = world;
  const step = 'Initial meeting';
  await expectEach(world, {
    step, of: mentorActs('Say when you can usually meet Noor Haddad', 'Give your weekly hours', 'Dana Cole says when a meeting is possible', ''),
  });
  await mentor.follow('Give your weekly hours');
  for (const day of ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday']) {
    await mentor.page.getByLabel(`${day}, from`, { exact: true }).fill('09:00');
    await mentor.page.getByLabel(`${day}, to`, { exact: true }).fill('11:30');
  }
  await mentor.press('Save your weekly hours');
  await mentor.reads('Noor Haddad can now book you.');

  await expectEach(world, {
    step, of: menteeActs('Your next step', ['Book the initial meeting with Noor Haddad', 'Book the initial meeting with Dana Cole'], 'Book the initial meeting', 'Book the initial meeting'),
  });
  await book(world, 'the initial meeting', { first: 'Book the initial meeting' });

  const draft = partner => ['Next for the two of you', `Draft your mentoring agreement with ${partner}`, 'Draft the agreement'];
  await expectEach(world, { step, of: [draft('Noor Haddad'), draft('Dana Cole')] });
  await mentor.follow('Draft the agreement');
  await mentor.fill({ 'Purpose and aims': secret.purpose });
  await mentor.press('Save the agreement');
  const sign = 'Read and sign the mentoring agreement';
  const both = ['Next for the two of you', sign, 'Read and sign'];
  await expectEach(world, { step, of: [both, both, ['Next for Noor Haddad and Dana Cole', sign, '']] });
  await mentee.follow('Read and sign');
  await mentee.reads(secret.purpose);
  await mentee.press('Sign this version');
  await expectEach(world, {
    step,
    of: [['Your next step', sign, 'Read and sign'], ['Waiting for Dana Cole', 'Dana Cole reads and signs the agreement', 'See the session'], ['Waiting for Dana Cole', sign, '']],
  });
  await mentor.follow('Read and sign');
  await mentor.press('Sign this version');
  await meet(world, step);
}

/** Books a session, from signing in, in no more than three clicks. */
async function book({ mentee }, what, { first, agenda = '' }) {
  await mentee.signOut();
  await mentee.signIn('mentee likes quiet mornings');
  await mentee.follow(first);
  const slot = mentee.page.locator('.slots button').first();
  const at = new Date(await slot.getAttribute('value'));
  const hour = zone => new Intl.DateTimeFormat('en-GB', { timeZone: zone, hour: 'numeric', minute: '2-digit', hour12: true })
    .format(at).replace(/ /g, '').toLowerCase().replace(/^0:/, '12:');
  assert.equal(await slot.locator('span').first().innerText(), hour(zones.mentee), 'the mentee reads their own time');
  assert.ok((await slot.locator('small').innerText()).startsWith(hour(zones.mentor)), 'and the mentor’s below');
  assert.match(hour(zones.mentor), /^(9|10):[03]0am$/, 'within the hours the mentor gave');
  await mentee.goes(slot);
  if (agenda) await mentee.fill({ 'What would you like to talk about?': agenda });
  await mentee.press(`Book ${what}`, 'dblclick');
  assert.ok(mentee.clicks <= 3, `booked in ${mentee.clicks} clicks`);
  assert.match(await mentee.page.locator('h1').innerText(), /session|meeting/i);
  await mentee.reads('Booked');
}

/** The booked session comes and goes, and one of the two says that it happened. */
async function meet(world, step) {
  const { waymark, mentor, mentee } = world;
  const see = partner => ['Next for the two of you', `Meet ${partner}`, 'See the session'];
  await expectEach(world, {
    step, of: [see('Noor Haddad'), see('Dana Cole'), ['Next for Noor Haddad and Dana Cole', 'They meet', '']],
  });
  waymark.sql(`update mentoring_sessions
    set during = tstzrange(clock_timestamp() - interval '100 milliseconds', clock_timestamp())
    where num_nonnulls(held_on, missed_on, cancelled_on) = 0`);
  const say = 'Say whether the session happened';
  const both = ['Next for the two of you', say, 'Say what happened'];
  await expectEach(world, { step, of: [both, both, ['Next for Noor Haddad and Dana Cole', say, '']] });
  await mentor.follow('Say what happened');
  await mentee.follow('Say what happened');
  await mentee.press('It happened');
  await mentee.reads('Held');
  await mentor.press('It did not happen');
  await mentor.isTold('Things have moved on', 'It was said before that this session happened.');
  assert.equal(waymark.sql('select count(*) from mentoring_sessions where held_on is null')[0][0], '0');
}

const writeUp = waiting => mentorActs('Write up your session with Noor Haddad', 'Write up the session', waiting);

async function sessions(world) {
  const { waymark, mentor, mentee } = world;
  const step = 'Sessions';
  await expectEach(world, { step, of: writeUp('Dana Cole writes up the last session') });
  await mentor.follow('Write up the session');
  await mentor.fill({ 'What we talked about': 'Who we are.' });
  await mentor.press('Share the record');

  const bookNext = menteeActs('Your next step', ['Book the next session with Noor Haddad', 'Book the next session with Dana Cole'], 'Book a session', 'Book the next session');
  await expectEach(world, { step, of: bookNext });
  await mentee.follow('All objectives');
  await mentee.follow('Propose an objective');
  await mentee.fill({ 'What do you want to reach?': secret.objective, 'How will you both know': secret.known });
  await mentee.press('Propose this objective', 'dblclick');
  assert.equal(waymark.sql('select count(*) from objectives')[0][0], '1', 'a double click proposes one objective');
  await expectEach(world, {
    step, of: mentorActs('Noor Haddad proposes an objective: read it and agree', 'Read the objective', 'A proposed objective waits to be agreed'),
  });
  await mentor.follow('Read the objective');
  await mentor.reads(secret.known);
  await mentor.press('Agree');

  await book(world, 'the session', { first: 'Book a session', agenda: secret.agenda });
  await meet(world, step);
  await expectEach(world, { step, of: writeUp('Dana Cole writes up the last session') });
  await mentor.reads('Held');
  await mentor.follow('Write up the session');
  await mentor.fill({
    'What we talked about': secret.talked, 'Strengths and achievements': secret.strengths, 'Feedback for Noor Haddad': secret.feedback,
    'Areas for development': secret.development, 'Possible actions explored': secret.actions,
  });
  const target = mentor.page.getByRole('group', { name: 'Target 1' });
  await target.getByLabel('What').fill(secret.target);
  await target.getByLabel('By when').fill(inDays(20));
  await mentor.press('Share the record');
  await mentor.pairing('Noor Haddad');
  await mentor.follow('Your notes');
  await mentor.fill({ 'A new note': secret.note });
  await mentor.press('Save the note', 'dblclick');
  assert.equal(waymark.sql('select count(*) from notes')[0][0], '1', 'a double click saves one note');
  await mentor.reads(secret.note);

  await mentee.pairing('Dana Cole');
  await mentee.follow('Session', mentee.page.locator('.timeline'));
  for (const part of ['agenda', 'talked', 'strengths', 'feedback', 'development', 'actions', 'target']) await mentee.reads(secret[part]);
  await mentee.follow('Write it up');
  await mentee.fill({ 'What we talked about': 'The same, from my side.', 'What I take away': secret.away });
  await mentee.press('Share the record');
  await mentee.pairing('Dana Cole');
  await mentee.press('Mark done');
  await mentee.reads('Nothing open.');

  await mentee.follow('All objectives');
  await mentee.press('I have reached it');
  await expectEach(world, {
    step, of: mentorActs('Noor Haddad has reached an objective: sign it off', 'Sign it off', 'Dana Cole signs off an objective that was reached'),
  });
  await mentor.follow('Sign it off');
  await mentor.follow('Sign it off');
  await mentor.fill({ 'A word to Noor Haddad': secret.word });
  await mentor.press('Sign it off');
  await mentor.reads('Signed off');
  await expectEach(world, { step, of: bookNext });
}

const inDays = days => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);

async function movingOn(world) {
  const { mentor, mentee } = world;
  const step = 'Moving on';
  await mentee.follow('When it is time to end well');
  await mentee.press('Announce moving on');
  await mentee.reads('Announced.');
  await expectEach(world, {
    step, of: menteeActs('Your next step', ['Book the final session with Noor Haddad', 'Book the final session with Dana Cole'], 'Book the final session', 'Book the final session'),
  });
  await book(world, 'the final session', { first: 'Book the final session' });
  await meet(world, step);
  await expectEach(world, {
    step, of: menteeActs('Your next step', ['Noor Haddad writes down further steps', 'Write down your further steps'], 'Write further steps', 'Noor Haddad writes down further steps'),
  });
  await mentee.follow('Write further steps');
  await mentee.page.getByLabel('What', { exact: true }).fill(secret.step);
  await mentee.fill({ 'By when': inDays(60), 'With whom': 'Ines Ferro' });
  await mentee.press('Add this step');

  const alone = 'Answer the moving-on review, by yourself first';
  const both = ['Next for the two of you', alone, 'Answer the review'];
  await expectEach(world, { step, of: [both, both, ['Next for Noor Haddad and Dana Cole', 'The two answer the moving-on review', '']] });
  await mentee.follow('Answer the review');
  await mentee.tick('Very well');
  await mentee.fill({ 'What came of the objectives?': secret.menteeResults, 'A remark to the coordinators': remark });
  await mentee.press('Send my answers for good');
  await mentee.reads(secret.menteeResults);
  await expectEach(world, {
    step,
    of: [['Your next step', alone, 'Answer the review'], ['Waiting for Dana Cole', 'Dana Cole answers the review', ''],
      ['Waiting for Dana Cole', 'The two answer the moving-on review', '']],
  });
  for await (const _ of mentor.everyPage(href => href.startsWith('/pairings/'))) await mentor.doesNotRead(secret.menteeResults);
  await mentor.pairing('Noor Haddad');
  await mentor.follow('Answer the review');
  await mentor.tick('Well');
  await mentor.fill({ 'What came of the objectives?': secret.mentorResults });
  await mentor.press('Send my answers for good');
  const joint = 'Read both reviews and write the joint part together';
  const write = ['Next for the two of you', joint, 'Read both and write together'];
  await expectEach(world, { step, of: [write, write] });
  for (const one of [mentor, mentee]) {
    await one.follow('Read both and write together');
    await one.reads(secret.menteeResults);
    await one.reads(secret.mentorResults);
  }
  await mentor.fill({ 'What do you say together': secret.together, 'What comes afterwards?': secret.afterwards });
  await mentor.press('Save our words');

  const close = ['Next for the two of you', 'Everything is done: close the pairing', 'Close the pairing'];
  await expectEach(world, { step, of: [close, close, ['Next for Noor Haddad and Dana Cole', 'Everything is done: close the pairing', '']] });
  await mentee.follow('Close the pairing');
  const tab = await secondTab(mentee);
  await mentee.press('Close the pairing');
  await mentee.reads(secret.afterwards);
  await tab.press('Close the pairing');
  await tab.reads('This pairing is closed. It can still be read');
  assert.deepEqual(tab.page.complaints, []);
  await tab.page.close();
}

async function closed(world) {
  const { mentor, mentee, coordinator, administrator } = world;
  const over = ['Closed', 'This pairing is closed. It can still be read', ''];
  await expectEach(world, { step: 'Closed', of: [over, over, over] });
  for (const [one, unseen] of [[mentor, [remark]], [mentee, [secret.note]]]) {
    const read = [];
    for await (const href of one.everyPage(href => href.startsWith('/pairings/'))) {
      assert.equal(await one.page.locator('main :is(form, button, input, textarea)').count(), 0, `${href} can only be read`);
      for (const words of unseen) await one.doesNotRead(words);
      read.push(await one.page.locator('main').innerText());
    }
    const hers = one === mentor ? [] : [secret.note];
    for (const words of Object.values(secret).filter(words => !hers.includes(words))) {
      assert.ok(read.some(text => text.includes(words)), `“${words}” can still be read`);
    }
  }
  for (const one of [coordinator, administrator]) {
    await one.home();
    const read = [];
    for await (const _ of one.everyPage()) {
      for (const words of Object.values(secret)) await one.doesNotRead(words);
      read.push(await one.page.locator('body').innerText());
    }
    const sees = words => read.some(text => text.includes(words));
    assert.equal(sees(remark), one === coordinator, 'a remark is the coordinator’s to read');
    assert.equal(sees('Final session'), one === coordinator, 'and so are stage and dates');
  }
}

test('the whole journey, with scripts', () => journey({}));
test('the whole journey, without JavaScript', () => journey({ javaScriptEnabled: false }));
