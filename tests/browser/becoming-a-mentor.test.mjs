// Somebody who has mentored for half a year looks at themselves anew and records a certificate; their
// coordinator opens it, and nobody else.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { startBrowser, startWaymark } from './support.mjs';
import { Somebody } from './somebody.mjs';

const password = 'a-walk-by-the-river';
const certificate = { name: 'my certificate.pdf', mimeType: 'text/html', buffer: Buffer.from('%PDF-1.4\nnot much of one\n%%EOF\n') };

let browser, waymark;
before(async () => {
  browser = await startBrowser();
  waymark = await startWaymark({ demo: true });
});
after(async () => {
  await browser?.close();
  await waymark?.stop();
});

const arrives = async (email, options) => {
  const one = await Somebody.arrive(browser, waymark, email, options);
  await one.signIn(password);
  return one;
};

for (const [name, options, mentor] of [
  ['with scripts', {}, 'sofia.marques@quillmoor.example'],
  ['without JavaScript, on a phone', { javaScriptEnabled: false, viewport: { width: 390, height: 844 } }, 'ruth.adeyemi@quillmoor.example'],
]) {
  test(`A mentor grows ${name}`, async () => {
    const one = await arrives(mentor, options);
    await one.follow('Your mentoring');
    await one.reads('Your qualities, then and now');
    await one.follow('Look at them anew');
    // Put aside half-way, and gone on with.
    await one.pick('I know how I come across', '4');
    await one.fill({ 'An example of empathy': 'I waited, and he told me' });
    await one.press('Keep as a draft');
    await one.reads('Kept as a draft');
    assert.equal(await one.page.getByLabel('An example of empathy').inputValue(), 'I waited, and he told me');
    await one.press('Finish');
    await one.isRefused('Self-awareness: give an example');
    for (const group of await one.page.getByRole('group').all()) {
      await group.locator('label').filter({ hasText: '5 Fully' }).click();
    }
    for (const box of await one.page.getByRole('textbox').all()) await box.fill(`It happened ${name}`);
    await one.press('Finish');
    await one.reads('Your self-assessment is kept');
    await one.follow('See your mentoring');
    await one.reads(`It happened ${name}`);
    // A certificate is taken by what it is, and can be had back.
    await one.page.goto('/becoming-a-mentor/qualifications');
    await one.fill({ 'What it is called': 'Mentoring well', 'Who awarded it': 'The guild', 'Awarded on': '2024-05-06' });
    await one.page.getByLabel('The certificate').setInputFiles({ ...certificate, buffer: Buffer.from('<html>') });
    await one.press('Record it');
    await one.isRefused('none of them');
    assert.equal(await one.page.getByLabel('Who awarded it').inputValue(), 'The guild');
    await one.page.getByLabel('The certificate').setInputFiles(certificate);
    await one.press('Record it');
    await one.reads('The qualification is recorded');
    const coming = one.page.waitForEvent('download');
    await one.page.getByRole('link', { name: certificate.name }).click();
    const saved = await coming;
    assert.equal(saved.suggestedFilename(), 'my-certificate.pdf');
    assert.deepEqual(readFileSync(await saved.path()), certificate.buffer);
    assert.deepEqual(one.page.complaints, []);
    await one.page.context().close();
  });
}

test('Two windows of one mentor lose nothing', async () => {
  const one = await arrives('kenji.watanabe@quillmoor.example');
  const other = await one.page.context().newPage();
  const path = `${waymark.base}/becoming-a-mentor/qualities`;
  await Promise.all([one.page.goto(path), other.goto(path)]);
  const empathy = page => page.getByLabel('An example of empathy');
  await empathy(one.page).fill('I waited');
  await empathy(other).fill('I asked');
  await one.press('Keep as a draft');
  const press = page => Promise.all([page.waitForEvent('load'), page.getByRole('button', { name: 'Keep as a draft' }).click()]);
  await press(other);
  assert.equal(await empathy(other).inputValue(), 'I asked');
  assert.match(await other.locator('main').innerText(), /On the other page: Not rated: I waited/);
  await press(other);
  await one.page.reload();
  assert.equal(await empathy(one.page).inputValue(), 'I asked');
  await one.page.context().close();
});

test('The coordinator reads how far an applicant has come', async () => {
  const nadia = await arrives('nadia.rahman@quillmoor.example');
  const [[programme, application]] = waymark.sql(
    `select programme_id, applications.id from applications join people on people.id = person_id
     where full_name = 'Matilda Harrow' and part = 'mentor'`);
  await nadia.page.goto(`/programmes/${programme}/applications/${application}`);
  await nadia.reads('3 of 4 pages for mentors read');
  const coming = nadia.page.waitForEvent('download');
  await nadia.page.getByRole('link', { name: 'Coaching practice.pdf' }).click();
  const saved = await coming;
  assert.match(readFileSync(await saved.path(), 'latin1'), /Matilda Harrow/);
  assert.deepEqual(nadia.page.complaints, []);
  await nadia.page.context().close();
});
