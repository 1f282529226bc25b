// Booking, moving and cancelling a session by whoever has no mouse, a small screen, or no scripts.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { person, startBrowser, startWaymark } from './support.mjs';

const phone = { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true };
const laptop = { viewport: { width: 1280, height: 800 } };
const ways = [
  ['by mouse', laptop, click],
  ['by keyboard', laptop, enter],
  ['by keyboard without scripts', { ...laptop, javaScriptEnabled: false }, enter],
  ['by touch on a phone', phone, tap],
  ['by touch on a phone without scripts', { ...phone, javaScriptEnabled: false }, tap],
  ['by keyboard on a screen of a phone’s size', { viewport: phone.viewport }, enter],
];

let browser, waymark;
before(async () => {
  browser = await startBrowser();
  waymark = await startWaymark({ demo: true });
});
after(async () => {
  await browser?.close();
  await waymark?.stop();
});

async function click(page, target) {
  await target.click();
}

async function tap(page, target) {
  await target.scrollIntoViewIfNeeded();
  const { width, height } = await target.boundingBox();
  assert.ok(width >= 44 && height >= 24, `${await target.innerText()} is large enough for a finger: ${width} x ${height}`);
  await target.tap();
}

/** Goes on from whatever has the focus until the target has it, which shows that it has, and presses Enter. */
async function enter(page, target) {
  const focused = () => target.evaluate(element => element === document.activeElement);
  for (let presses = 0; !await focused(); presses += 1) {
    assert.ok(presses < 150, `the Tab key comes to ${await target.innerText()}`);
    await page.keyboard.press('Tab');
  }
  const outline = await target.evaluate(element => getComputedStyle(element).outlineStyle);
  assert.notEqual(outline, 'none', `${await target.innerText()} shows that it has the focus`);
  await page.keyboard.press('Enter');
}

for (const [name, options, way] of ways) {
  test(`A session is booked, moved and cancelled ${name}`, async () => {
    const page = await person(browser, waymark.base, { reducedMotion: 'reduce', ...options });
    let acts = 0;
    const go = async target => {
      acts += 1;
      await Promise.all([page.waitForEvent('load'), way(page, target.first())]);
      const tooWide = await page.evaluate(() => document.documentElement.scrollWidth > document.documentElement.clientWidth);
      assert.ok(!tooWide, `${page.url()} needs no scrolling to the side`);
    };
    const link = name => page.getByRole('main').getByRole('link', { name });
    const button = name => page.getByRole('main').getByRole('button', { name });
    const slot = page.locator('.slots button');
    const booked = () => waymark.sql(`select id, to_char(lower(during) at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'), cancelled_on is not null
      from mentoring_sessions order by id desc limit 1`)[0];
    const earlier = booked()[0];

    await page.goto('/sign-in');
    await go(button(/Hannah/));
    acts = 0;
    await go(link(/^Book (a|the) /));
    const first = new Date(await slot.first().getAttribute('value'));
    await go(slot);
    await go(button(/^Book the session/));
    assert.equal(acts, 3, 'from signing in to a booked session');
    let [id, at] = booked();
    assert.notEqual(id, earlier, 'a session was booked');
    assert.equal(Date.parse(at), first.getTime(), 'at the time that was chosen');

    await go(link('Move to another time'));
    const moved = new Date(await slot.nth(2).getAttribute('value'));
    await go(slot.nth(2));
    await go(button('Move the session'));
    [id, at] = booked();
    assert.equal(Date.parse(at), moved.getTime(), 'it is at the other time');

    await go(link('Cancel the session'));
    await go(button('Cancel the session'));
    assert.deepEqual(booked(), [id, at, 't'], 'and then cancelled');
    assert.deepEqual(page.complaints, []);
    await page.context().close();
  });
}
