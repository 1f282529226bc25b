// People at their browsers, who see what is on the page and use that alone.
import assert from 'node:assert/strict';
import { person, startWaymark } from './support.mjs';

/** Somebody at a browser of their own, who sees what is on the page and uses that alone. */
export class Somebody {
  static async arrive(browser, waymark, email, options) {
    const page = await person(browser, waymark.base, { reducedMotion: 'reduce', ...options });
    return Object.assign(new Somebody(), { page, email, clicks: 0 });
  }

  async goes(locator, how = 'click') {
    this.clicks += 1;
    await locator.waitFor();
    await Promise.all([this.page.waitForEvent('load'), locator[how]()]);
  }

  /** `name` may be the beginning of what it says. */
  async follow(name, within = this.page) {
    await this.goes(within.getByRole('link', { name: beginning(name) }).first());
  }

  async press(name, how) {
    await this.goes(this.page.getByRole('button', { name: beginning(name) }).first(), how);
  }

  async fill(fields) {
    for (const [label, words] of Object.entries(fields)) {
      await this.page.getByLabel(beginning(label)).first().fill(words);
    }
  }

  async choose(label, option) {
    await this.page.getByLabel(beginning(label)).selectOption(option);
  }

  /** One of a group of choices: both by the beginning of what they say. */
  async pick(group, option) {
    const choices = this.page.getByRole('group', { name: beginning(group) });
    await choices.locator('label').filter({ hasText: new RegExp(`^\\s*${escaped(option)}`) }).first().click();
    assert.ok(await choices.getByLabel(beginning(option)).first().isChecked(), `${option} is chosen`);
  }

  async tick(label) {
    const box = this.page.getByLabel(label, { exact: true });
    await this.page.locator('label').filter({ hasText: new RegExp(`^${label}$`) }).click();
    assert.ok(await box.isChecked(), `${label} is chosen`);
  }

  async signIn(password) {
    await this.page.goto('/sign-in');
    await this.fill({ 'Work email address': this.email, Password: password });
    await this.press('Sign in');
    this.clicks = 0;
  }

  async signOut() {
    await this.press('Sign out');
  }

  async home() {
    await this.follow('Waymark');
  }

  /** Opens the pairing from the home page, as its two people do. */
  async pairing(partner) {
    await this.home();
    await this.unfold('Earlier pairings');
    await this.follow(partner);
  }

  /** Opens what a page keeps folded, if it has it. */
  async unfold(summary) {
    const folded = this.page.locator('details:not([open]) > summary').filter({ hasText: summary });
    if (await folded.count() > 0) await folded.click();
  }

  async reads(words) {
    const text = await this.page.locator('body').innerText();
    assert.ok(text.includes(words), `${this.page.url()} says “${words}”:\n${text}`);
  }

  async doesNotRead(words) {
    const html = await this.page.content();
    assert.ok(!html.includes(words), `${this.page.url()} does not say “${words}”`);
  }

  async isTold(title, words) {
    assert.equal(await this.page.locator('h1').innerText(), title);
    await this.isRefused(words, 409);
  }

  /** The browser logs a refused request as an error; here it is the right answer. */
  async isRefused(words, status = 422) {
    await this.reads(words);
    const refused = this.page.complaints.findIndex(text => text.includes(`status of ${status}`));
    assert.notEqual(refused, -1, 'the answer is a refusal');
    this.page.complaints.splice(refused, 1);
  }

  /** Every page that links lead to, from the one that is open; of a long list, its first pages. */
  async *everyPage(until = () => true) {
    const links = () => this.page.locator('a[href^="/"]:not([download])').evaluateAll(all => all.map(a => a.getAttribute('href')));
    const seen = new Set(), queue = [new URL(this.page.url()).pathname];
    while (queue.length > 0) {
      const href = queue.shift().replace(/#.*/, '');
      const path = href.replace(/\?.*/, '');
      const like = [...seen].filter(one => one.replace(/\?.*/, '') === path).length;
      if (!href || seen.has(href) || like >= 8 || !until(href)) continue;
      seen.add(href);
      const answer = await this.page.goto(href);
      assert.ok(answer.status() < 400, `${href}: ${answer.status()}`);
      yield href;
      queue.push(...await links());
    }
  }
}

/** A name that begins with these words, whatever stands behind them. */
function beginning(words) {
  return new RegExp(`^${escaped(words)}`);
}

function escaped(words) {
  return words.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}

/** A story on a Waymark of its own, told with `arrive`: nobody's browser logs an error in it. */
export async function tell(browser, options, story) {
  const waymark = await startWaymark();
  const people = [];
  const arrive = async email => {
    people.push(await Somebody.arrive(browser, waymark, email, options));
    return people.at(-1);
  };
  try {
    await story({ waymark, arrive });
    assert.deepEqual(people.flatMap(one => one.page.complaints), [], 'nothing is logged as an error');
  } finally {
    for (const { page } of people) await page.context().close();
    await waymark.stop();
  }
}
