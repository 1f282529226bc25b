// What belongs to a pairing's work and to its end, by two people at once: an objective from its
// proposal to its sign-off, the board, the review half-way, and what each keeps in the end.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Somebody } from './somebody.mjs';
import { startBrowser, startWaymark } from './support.mjs';

const password = 'a-walk-by-the-river';
const inDays = days => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);

let browser;
before(async () => { browser = await startBrowser(); });
after(async () => { await browser?.close(); });

/** Two people of the demonstration, each at their own browser. */
async function two(options, [mentee, mentor], story) {
  const waymark = await startWaymark({ demo: true });
  const people = [];
  try {
    for (const name of [mentee, mentor]) {
      const email = waymark.sql(`select email from people where full_name = '${name}'`)[0][0];
      const one = await Somebody.arrive(browser, waymark, email, options);
      people.push(one);
      await one.signIn(password);
    }
    const [[id]] = waymark.sql(`select pairings.id from pairings
      join people mentee on mentee.id = mentee_id join people mentor on mentor.id = mentor_id
      where mentee.full_name = '${mentee}' and mentor.full_name = '${mentor}'`);
    for (const one of people) one.opens = place => one.page.goto(`/pairings/${id}${place}`);
    await story(...people, waymark, id);
    assert.deepEqual(people.flatMap(one => one.page.complaints), [], 'nothing is logged as an error');
  } finally {
    for (const { page } of people) await page.context().close();
    await waymark.stop();
  }
}

const objective = 'Chair the foundry review without a script';
const target = 'Ask Oliver for the minutes of the last one';

async function objectives(options) {
  await two(options, ['Asha Menon', 'Ruth Adeyemi'], async (asha, ruth, waymark) => {
    await asha.opens('/objectives');
    await asha.follow('Propose an objective');
    await asha.fill({ 'What do you want to reach?': objective, 'How will you both know': 'Nobody looks at Stuart.' });
    await asha.unfold('More about it');
    await asha.fill({ 'Why does it matter?': 'It is my turn.', 'By when?': inDays(40) });
    await asha.choose('Where it begins', '2');
    await asha.choose('Where you want it', '8');
    await asha.press('Propose this objective');

    await ruth.opens('/objectives');
    await ruth.follow(objective);
    await ruth.reads('It is my turn.');
    await ruth.press('Agree');

    await asha.follow(objective);
    await asha.choose('How far is it now?', '5');
    await asha.press('Save the number');
    await asha.reads('8 is wanted');
    assert.equal(await asha.page.locator('svg.chart[role=img] polyline').count(), 1);
    await asha.unfold('The same as a table');
    await asha.reads('Where it began');

    // Two edits at once: the second sees the first, and loses nothing of its own.
    await asha.follow('Change or add to it');
    await ruth.follow(objective);
    await ruth.follow('Change or add to it');
    await ruth.fill({ 'Steps on the way': 'Sit in once' });
    await ruth.press('Save the objective');
    await asha.fill({ 'Steps on the way': 'Write the agenda' });
    await asha.press('Save the objective');
    await asha.isRefused('changed while you were writing');
    await asha.reads('Sit in once');
    await asha.fill({ 'Steps on the way': 'Sit in once\nWrite the agenda' });
    await asha.press('Save the objective');
    await asha.unfold('Everything that was changed');
    await asha.reads('Ruth Adeyemi changed the steps');

    await asha.follow('Add a target, or see the board');
    await asha.fill({ What: target, 'By when': inDays(9) });
    await asha.press('Add the target');
    const column = name => asha.page.locator('.board > section').filter({ has: asha.page.getByRole('heading', { name }) });
    const card = name => column(name).locator('li').filter({ hasText: target });
    const stands = async name => assert.equal(await card(name).count(), 1, `it stands under ${name}`);
    await stands('Now');
    assert.match(await card('Now').innerText(), new RegExp(`due in 9 days[^]*Towards ${objective}`));
    await asha.goes(card('Now').getByRole('button', { name: 'Move to later' }));
    await stands('Later');
    await asha.goes(card('Later').getByRole('button', { name: 'Move to now' }));
    await asha.goes(card('Now').getByRole('button', { name: 'Mark done' }));
    await stands('Done');
    await asha.goes(card('Done').getByRole('link', { name: objective }));
    await asha.press('I have reached it');

    await ruth.opens('/objectives');
    await ruth.follow(objective);
    await ruth.follow('Sign it off');
    await ruth.fill({ 'A word to Asha Menon': 'You did not need the script.' });
    await ruth.press('Sign it off');
    await asha.opens('/objectives');
    await asha.follow(objective);
    await asha.reads('You did not need the script.');

    // Half-way: the mentor has answered already, and is not read before the mentee has.
    const hers = waymark.sql(`select helpful from midpoint_reviews join people on people.id = person_id
      where full_name = 'Ruth Adeyemi' and helpful like 'Walking%'`)[0][0];
    await asha.opens('');
    await asha.follow('Answer the mid-point review');
    await asha.doesNotRead(hers);
    await asha.tick('Very well');
    await asha.fill({ 'What helps you most?': 'The gate, and what I say before it.' });
    await asha.press('Send my answers for good');
    await asha.reads(hers);
    await ruth.opens('');
    await ruth.follow('Read both and decide');
    await ruth.reads('The gate, and what I say before it.');
    await ruth.pick('How do you go on?', 'We change how we work');
    await ruth.fill({ 'In a few words': 'Ten minutes for what did not help.' });
    await ruth.press('Write down what we decide');
    assert.match(ruth.page.url(), /agreement\/edit$/);
    await asha.opens('/midpoint');
    await asha.reads('Ten minutes for what did not help.');
  });
}

async function keeping(options) {
  await two(options, ['Callum Reid', 'Sofia Marques'], async (callum, sofia) => {
    await callum.opens('/review');
    await callum.tick('Well');
    await callum.fill({ 'What came of the objectives?': 'Two, and a bracket to come.', 'A word of thanks': 'For the pencil.' });
    await callum.pick('Would you mentor others', 'Perhaps, later on');
    await callum.press('Send my answers for good');
    await callum.reads('Would mentor others');

    await sofia.opens('/keepsake/words');
    const kept = 'For the buns, and for telling me when I was inspecting you.';
    await sofia.page.locator('label').filter({ hasText: kept }).click();
    await sofia.press('Save my choice');
    await callum.opens('/moving-on');
    await callum.follow('See what you take along');
    await callum.reads(kept);
    await callum.reads('Three reviews, three sketches in pencil');
    await callum.doesNotRead('You defended a radius');
    await callum.reads('Two, and a bracket to come.');

    await sofia.opens('/review');
    await sofia.fill({ 'What do you say together': 'Pencil first, always.' });
    await sofia.press('Save our words');
    await sofia.follow('Go on to closing');
    await sofia.press('Close the pairing');
    await sofia.follow('See your certificate');
    await sofia.reads('Certificate of mentoring');
    await sofia.reads('Sofia Marques');
    const certificate = await sofia.page.locator('article').innerText();
    assert.ok(!certificate.includes('Callum'), 'it names no mentee');
    await sofia.page.emulateMedia({ media: 'print' });
    assert.equal(await sofia.page.locator('nav, button, .no-print').filter({ visible: true }).count(), 0);
    // Closed, both keep reading theirs.
    await callum.opens('/keepsake');
    await callum.reads(kept);
  });
}

test('an objective, the board and the review half-way, with scripts', () => objectives({}));
test('an objective, the board and the review half-way, without JavaScript', () => objectives({ javaScriptEnabled: false }));
test('what each keeps in the end, with scripts', () => keeping({}));
test('what each keeps in the end, without JavaScript', () => keeping({ javaScriptEnabled: false }));
