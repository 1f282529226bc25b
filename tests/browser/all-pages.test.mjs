// Every page that a person of each role can reach by its links: no dead end, nothing that keeps
// anybody out (WCAG 2.2 AA), on a laptop and a phone, in light and dark, with and without scripts.
import { AxeBuilder } from '@axe-core/playwright';
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { person, signIn, startBrowser, startWaymark } from './support.mjs';

const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
const looks = {
  'laptop, light': { colorScheme: 'light' },
  'laptop, dark': { colorScheme: 'dark' },
  'narrow phone': { viewport: { width: 320, height: 640 } },
  'forced colours': { forcedColors: 'active' },
  phone: { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true },
};

let waymark, browser;
before(async () => {
  waymark = await startWaymark({ demo: true });
  browser = await startBrowser();
});
after(async () => {
  await browser?.close();
  await waymark?.stop();
});

/** Signs in with one click, as somebody who tries the demonstration does. */
async function tryAs(page, position) {
  await page.goto('/sign-in');
  await page.locator('form.pick button').nth(position).click();
  await page.waitForURL(url => !url.pathname.startsWith('/sign-in'));
}

/** A page's kind: its path without the numbers, so that one of each kind is looked at closely. */
const kind = href => href.replace(/\?.*/, '').replace(/(\/library\/)(?!arrangement|new)[a-z-]+/, '$1module').replace(/\d+/g, 'n');

async function reachable(page) {
  const links = await page.locator('a[href^="/"]:not([download])').evaluateAll(all => all.map(a => a.getAttribute('href')));
  return links.map(href => href.replace(/#.*/, '')).filter(href => href && !href.startsWith('/assets/'));
}

/** Each kind of page is looked at closely once, whoever reaches it first; but for those that are different to each. */
const lookedAt = new Set(), differs = new Set(['/', '/pairings/n']);

async function crawl(page) {
  const seen = new Map(), queue = ['/'];
  while (queue.length > 0) {
    const href = queue.shift();
    if (seen.has(kind(href))) continue;
    const answer = await page.goto(href);
    assert.ok(answer.status() < 400, `${href}: ${answer.status()}`);
    assert.equal(await page.locator('h1').count(), 1, `${href} has one h1`);
    assert.ok(await page.locator('main .button:not(.second, .quiet, .danger)').count() <= 1, `${href} has one primary act`);
    assert.ok((await answer.body()).byteLength < 100_000, `${href} is a light page`);
    seen.set(kind(href), href);
    queue.push(...await reachable(page));
  }
  return [...seen.values()];
}

async function look(page, href) {
  await page.goto(href);
  const { violations } = await new AxeBuilder({ page }).withTags(tags).analyze();
  return [
    ...await tooWide(page),
    ...violations.map(v => `${v.id}: ${v.help}: ${v.nodes.map(node => node.target).join(' ')}`),
  ];
}

async function tooWide(page) {
  const over = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  return over > 0 ? [`${over}px too wide`] : [];
}

/** On paper: what the page is about, and nothing to press. */
async function print(page, href) {
  await page.goto(href);
  const pressed = await page.locator('button, nav, .button, .skip').filter({ visible: true }).count();
  return [
    ...await tooWide(page),
    ...(await page.locator('h1').isVisible() ? [] : ['no heading']),
    ...(pressed > 0 ? [`${pressed} things to press`] : []),
  ];
}

/** Goes through the page with the Tab key: everything is reached, shows that it is, and is large enough. */
async function tabThrough(page, href) {
  await page.goto(href);
  await page.evaluate(() => {
    window.problems = [];
    window.toReach = new Set([...document.querySelectorAll('a[href], button:enabled, input:enabled, select:enabled, textarea:enabled, summary')].filter(one =>
      one.checkVisibility({ visibilityProperty: true, contentVisibilityAuto: true }) && one.type !== 'hidden' && one.tabIndex >= 0
      && !(one.type === 'radio' && document.querySelector(`[name="${one.name}"]`) !== one)));
    document.addEventListener('focusin', ({ target }) => {
      window.toReach.delete(target);
      if (target.type === 'radio') window.toReach.delete(document.querySelector(`[name="${target.name}"]`));
      const style = getComputedStyle(target), box = target.getBoundingClientRect(), it = target.outerHTML.slice(0, 90);
      if (style.outlineStyle === 'none' && style.boxShadow === 'none') window.problems.push(`no focus to be seen: ${it}`);
      if (style.display !== 'inline' && (box.width < 24 || box.height < 24)) window.problems.push(`too small to hit: ${it}`);
    });
  });
  // A date has several stops of its own, so that there is no telling how many there are.
  for (let left = 1, stops = 0; left > 0 && stops < 600; stops += 1) {
    await page.keyboard.press('Tab');
    if (stops % 5 === 0) left = await page.evaluate(() => window.toReach.size);
  }
  return page.evaluate(() => [...window.problems, ...[...window.toReach].map(one => `not reached by Tab: ${one.outerHTML.slice(0, 90)}`)]);
}

async function plain(page, href) {
  await page.goto(href);
  return [...await tooWide(page), ...(await page.locator('h1').count() === 1 ? [] : ['empty'])];
}

const shown = async () => Number(waymark.sql('select count(*) from demo_people')[0][0]);

test('every page of every role', async t => {
  for (let position = 0; position < await shown(); position += 1) {
    await t.test(`demo person ${position + 1}`, async () => {
      const first = await person(browser, waymark.base);
      await tryAs(first, position);
      const all = await crawl(first);
      const pages = all.filter(href => differs.has(kind(href)) || !lookedAt.has(kind(href)));
      for (const href of pages) lookedAt.add(kind(href));
      assert.deepEqual(first.complaints, []);
      const cookies = await first.context().cookies();
      await first.context().close();
      const problems = [];
      for (const [name, options] of Object.entries(looks)) {
        const page = await person(browser, waymark.base, options);
        await page.context().addCookies(cookies);
        for (const href of pages) {
          for (const problem of await look(page, href)) problems.push(`${name}, ${href}: ${problem}`);
        }
        problems.push(...page.complaints);
        await page.context().close();
      }
      const ways = [['print', { media: 'print' }, print], ['keyboard', {}, tabThrough], ['without JavaScript', null, plain]];
      for (const [name, media, examine] of ways) {
        const page = await person(browser, waymark.base, { reducedMotion: 'reduce', javaScriptEnabled: media !== null });
        await page.context().addCookies(cookies);
        if (media) await page.emulateMedia(media);
        for (const href of pages) {
          for (const problem of await examine(page, href)) problems.push(`${name}, ${href}: ${problem}`);
        }
        await page.context().close();
      }
      assert.deepEqual(problems, []);
    });
  }
});

test('pages for anyone', async () => {
  for (const [name, options] of Object.entries(looks)) {
    const page = await person(browser, waymark.base, options);
    for (const href of ['/sign-in', '/privacy', '/help']) {
      assert.deepEqual(await look(page, href), [], `${name}, ${href}`);
    }
    await page.context().close();
  }
});

/** A page is the same kind whatever is asked of it, but the workbench is many pages: each of these is looked at. */
test('matching, as it is and as it is tried', async () => {
  const cleo = await person(browser, waymark.base);
  const [[id, coordinator]] = waymark.sql(`select programmes.id, email from programmes
    join coordinators on programme_id = programmes.id join people on people.id = person_id
    where name = 'Across Quillmoor' order by people.id limit 1`);
  await signIn(cleo, coordinator, 'a-walk-by-the-river');
  await cleo.waitForURL(url => url.pathname !== '/sign-in');
  const workbench = `/programmes/${id}/matching`;
  const links = async part => (await reachable(cleo)).filter(href => href.includes(part));
  await cleo.goto(workbench);
  const [lock] = await links('lock='), [place] = await links('place='), [byHand] = await links('/pairings/new?mentee=');
  await cleo.goto(byHand);
  const [candidate] = await links('mentor=');
  await cleo.goto(`${workbench}/runs`);
  const [newest, older] = await links('/matching/runs/');
  const twice = new URL(lock, waymark.base).searchParams.get('lock').split('-')[0];
  const mentors = waymark.sql(`select person_id from enrolments where programme_id = ${id} and part = 'mentor' order by person_id limit 2`);
  const all = [
    lock, place, byHand, candidate,
    `${workbench}?method=worst_off`, `${workbench}?criteria=all&site=90&skills=0`, `${workbench}?criteria=all&skills=many&points_least=x`,
    `${workbench}?lock=${twice}-${mentors[0][0]}&lock=${twice}-${mentors[1][0]}`,
    `${newest}?with=${older.split('/').at(-1)}`, `${workbench}/runs?of=${newest.split('/').at(-1)}`, `/programmes/${id}/publication`,
  ];
  const [[job]] = waymark.sql(`insert into matching_jobs (programme_id, made_by, made_at, asked, input, taken_until, thousandths)
    select ${id}, id, now(), '?', '{}', 'infinity', 350 from people where email = '${coordinator}' returning id`);
  all.push(`${workbench}/jobs/${job}?method=even`);
  const cookies = await cleo.context().cookies();
  await cleo.context().close();
  const problems = [], ways = [
    ['laptop', { reducedMotion: 'reduce' }, look], ['narrow phone', looks['narrow phone'], look], ['keyboard', { reducedMotion: 'reduce' }, tabThrough],
    ['without JavaScript', { javaScriptEnabled: false }, plain],
  ];
  for (const [name, options, examine] of ways) {
    const page = await person(browser, waymark.base, options);
    await page.context().addCookies(cookies);
    for (const href of all) {
      for (const problem of await examine(page, href)) problems.push(`${name}, ${href}: ${problem}`);
    }
    await page.context().close();
  }
  assert.deepEqual(problems, []);

  // How far a long matching is shows by itself, and then what came of it.
  const nadia = await person(browser, waymark.base);
  await nadia.context().addCookies(cookies);
  await nadia.goto(all.at(-1));
  const bar = nadia.locator('progress');
  assert.equal(await bar.evaluate(bar => bar.value), 350);
  waymark.sql(`update matching_jobs set thousandths = 700 where id = ${job} returning id`);
  await nadia.waitForFunction(() => document.querySelector('progress')?.value === 700);
  waymark.sql(`delete from matching_jobs where id = ${job} returning id`);
  await nadia.waitForURL(url => url.pathname === workbench && url.search === '?method=even');
  await nadia.context().close();
});
