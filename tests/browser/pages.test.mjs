// Every page that a person of each role can reach by its links: no dead end, nothing that keeps
// anybody out (WCAG 2.2 AA), on a laptop and a phone, in light and dark, with and without scripts.
import { AxeBuilder } from '@axe-core/playwright';
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { person, startBrowser, startWaymark } from './support.mjs';

const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
const looks = {
  'laptop, dark': { colorScheme: 'dark' },
  'narrow phone': { viewport: { width: 320, height: 640 } },
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
const kind = href => href.replace(/\d+/g, 'n').replace(/\?.*/, '');

async function reachable(page) {
  const links = await page.locator('a[href^="/"]').evaluateAll(all => all.map(a => a.getAttribute('href')));
  return links.map(href => href.replace(/#.*/, '')).filter(href => href && !href.startsWith('/assets/'));
}

/** Each kind of page is looked at closely once, whoever reaches it first. */
const lookedAt = new Set();

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
  const over = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  const { violations } = await new AxeBuilder({ page }).withTags(tags).analyze();
  return [
    ...(over > 0 ? [`${over}px too wide`] : []),
    ...violations.map(v => `${v.id}: ${v.help}: ${v.nodes.map(node => node.target).join(' ')}`),
  ];
}

const shown = async () => Number(waymark.sql('select count(*) from demo_people')[0][0]);

test('every page of every role', async t => {
  for (let position = 0; position < await shown(); position += 1) {
    await t.test(`demo person ${position + 1}`, async () => {
      const first = await person(browser, waymark.base);
      await tryAs(first, position);
      const all = await crawl(first);
      const pages = all.filter(href => !lookedAt.has(kind(href)));
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
      const plain = await person(browser, waymark.base, { javaScriptEnabled: false });
      await plain.context().addCookies(cookies);
      for (const href of pages) {
        await plain.goto(href);
        if (await plain.locator('h1').count() !== 1) problems.push(`${href} is empty without JavaScript`);
      }
      await plain.context().close();
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
