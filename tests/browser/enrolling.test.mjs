// From an empty server to a first pairing, by people who click and type: set up, asked to come,
// applied with the coordinator's own questions, approved.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { tell } from './somebody.mjs';
import { startBrowser } from './support.mjs';

let browser;
before(async () => { browser = await startBrowser(); });
after(async () => { await browser?.close(); });

test('from an empty server to a pairing, with scripts', () => enrolling({}));
test('from an empty server to a pairing, without JavaScript', () => enrolling({ javaScriptEnabled: false }));

const enrolling = options => tell(browser, options, async ({ waymark, arrive }) => {
  const alex = await arrive('alex@quillmoor.example');
  await setUp(waymark, alex);
  await firstProgramme(alex);
  await questions(alex);
  const dana = await arrive('dana@quillmoor.example');
  await invitedMentor(alex, dana);
  const noor = await arrive('noor@quillmoor.example');
  await applyingMentee(alex, noor);
  await decided(alex, noor);
  await paired(alex, dana, noor);
});

/** The tasks in the order in which somebody might do them who leaves mail for later. */
async function setUp(waymark, alex) {
  const link = waymark.waymark(['admin', 'setup-link']).match(/http\S+/)[0];
  await alex.page.goto(link);
  await alex.reads('Set up Waymark');
  await alex.follow('Organisation');
  await alex.fill({ Name: 'Quillmoor', 'Mail domains': 'quillmoor.example' });
  await alex.choose('Time zone', 'Europe/London');
  await alex.press('Save');
  await alex.follow('First administrator');
  await alex.fill({
    'Your full name': 'Alex Stone', 'Your work email address': alex.email,
    'Choose a password': 'seven grey herons',
  });
  await alex.press('Become the administrator');
  await alex.reads('Set up Waymark');

  const late = await alex.page.request.get(link);
  assert.ok(late.status() === 410 || late.status() === 404, `the link is dead: ${late.status()}`);
}

async function firstProgramme(alex) {
  await alex.follow('First programme');
  await alex.follow('Career mentoring');
  const year = new Date().getFullYear();
  await alex.fill({
    Name: 'First steps', 'Starts on': `${year}-01-01`, 'Ends on': `${year + 1}-12-31`,
    'Coordinators (optional)': alex.email,
  });
  await alex.fill({ 'Mid-point': '', 'Enrolment opens on': '', 'Last day of enrolment': '' });
  await alex.press('Make the programme');
  await alex.follow('Open for enrolment');
  await alex.press('Open for enrolment');
  await alex.reads('First steps is open.');
}

const asked = [
  ['Long text', 'What has helped you most so far?', {}],
  ['One choice', 'How would you rather meet?', { Choices: 'In a room\nOn a call\nOn a walk' }],
  ['Several choices', 'Which languages do you speak at work?', { Choices: 'English\nPolish\nFrench' }],
  ['Scale', 'How sure are you of where you want to go?', { 'How far the scale goes': '5' }],
  ['Ranked list', 'What should it be about?', { Choices: 'Leading\nSpeaking\nPlanning', 'How many are ranked': '2' }],
  ['Skills', 'What would you like to be better at?', {}],
];

async function questions(alex) {
  await alex.page.goto('/programmes/1/questions');
  for (const [kind, wording, fields] of asked) {
    await alex.follow('Add a question');
    await alex.fill({ Question: wording, ...fields });
    await alex.pick('How it is answered', kind);
    await alex.pick('Who is asked', 'Mentees');
    await alex.pick('Who reads the answers', 'The coordinators only');
    await alex.press('Add the question');
    await alex.reads(wording);
  }
}

/** Without a mail server the administrator reads the letter, and passes it on. */
async function latestLink(alex, recipient) {
  await alex.home();
  await alex.follow('Administration');
  await alex.follow('Letters');
  const row = alex.page.getByRole('listitem').filter({ hasText: recipient }).first();
  await alex.goes(row.getByRole('link'));
  return (await alex.page.locator('pre.letter').innerText()).match(/http\S+/)[0];
}

async function invitedMentor(alex, dana) {
  await alex.page.goto('/programmes/1/invitations');
  await alex.follow('Invite people');
  await alex.fill({ 'Whom you invite': `Dana Cole <${dana.email}>`, 'How many mentees at a time': '2' });
  await alex.pick('They take part as', 'Mentors');
  await alex.press('Invite');
  await dana.page.goto(await latestLink(alex, dana.email));
  await dana.reads('Alex Stone invites you to take part as a mentor');
  assert.equal(await dana.page.getByLabel('Your full name').inputValue(), 'Dana Cole');
  await dana.fill({ 'Choose a password': 'mentor likes quiet mornings' });
  await dana.press('Accept the invitation', 'dblclick');
  await dana.reads('You take part in First steps as a mentor');
}

async function applyingMentee(alex, noor) {
  await alex.page.goto('/programmes/1/invitations');
  await alex.press('Open the link');
  const address = await alex.page.getByLabel('Address to pass on').inputValue();
  await noor.page.goto(address);
  await noor.fill({ 'Your work email address': noor.email });
  await noor.press('Send me the letter');
  await noor.page.goto(await latestLink(alex, noor.email));
  await noor.fill({ 'Your full name': 'Noor Haddad', 'Choose a password': 'mentee likes quiet mornings' });
  await noor.press('Make my account');

  await noor.reads('There is one step more');
  await noor.fill({ 'What I want to gain': 'To be heard in large rooms.' });
  await noor.press('Save as a draft');
  await noor.home();
  await noor.reads('Draft');
  await noor.follow('First steps');
  await noor.press('Read it once more');
  await noor.isRefused('There is a problem');

  await noor.fill({
    'What has helped you most so far?': 'A manager who let me fail once.',
    'What would you like to be better at?': 'Chairing, Public speaking',
  });
  await noor.pick('How would you rather meet?', 'On a walk');
  await noor.pick('Which languages do you speak at work?', 'English');
  await noor.pick('Which languages do you speak at work?', 'Polish');
  await noor.pick('How sure are you', '2');
  await noor.choose('First', 'Speaking');
  await noor.choose('Second', 'Leading');
  await noor.press('Read it once more');
  for (const words of ['To be heard in large rooms.', 'On a walk', 'English', 'Polish', 'Speaking', 'Public speaking']) {
    await noor.reads(words);
  }
  await noor.press('Send the application', 'dblclick');
  await noor.reads('Your application is sent.');
}

async function decided(alex, noor) {
  await alex.page.goto(await latestLink(alex, alex.email));
  for (const words of ['Noor Haddad', 'A manager who let me fail once.', 'Public speaking', 'On a walk']) {
    await alex.reads(words);
  }
  await alex.follow('Ask a question');
  await alex.fill({ 'Your question': 'Which rooms do you mean?' });
  await alex.press('Ask');
  await noor.page.goto(await latestLink(alex, noor.email));
  await noor.reads('Which rooms do you mean?');
  await noor.fill({ 'Your answer': 'The quarterly review, above all.' });
  await noor.press('Send your answer');

  await alex.page.goto(await latestLink(alex, alex.email));
  await alex.reads('The quarterly review, above all.');
  await alex.follow('Approve');
  await alex.press('Approve', 'dblclick');
  await noor.home();
  await noor.reads('You are waiting for a mentor');
}

async function paired(alex, dana, noor) {
  await alex.page.goto('/programmes/1');
  await alex.follow('Pair two people');
  await alex.follow('Noor Haddad');
  await alex.follow('Dana Cole');
  await alex.reads('To be heard in large rooms.');
  await alex.press('Propose this pairing');
  await alex.follow('Noor Haddad and Dana Cole');
  await alex.follow('Read and publish');
  await alex.press('Publish 1 pairing');
  for (const [one, partner] of [[dana, 'Noor Haddad'], [noor, 'Dana Cole']]) {
    await one.pairing(partner);
    await one.press('Accept');
  }
  await noor.reads('You are paired with Dana Cole.');
  await noor.home();
  await noor.reads('Dana Cole');
}
