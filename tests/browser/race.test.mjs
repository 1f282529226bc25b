// Ten thousand presses for two hundred times, at two servers that are killed in the middle: nothing
// is booked twice, and nothing is lost that somebody was told is booked.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { after, before, test } from 'node:test';
import { startWaymark } from './support.mjs';

const presses = 10_000, pairs = 50, mentors = 3, slots = 200, hands = 32;
let waymark, servers;

before(async () => {
  waymark = await startWaymark();
  servers = [waymark, await waymark.another()];
});
after(async () => { await waymark?.stop(); });

/** Fifty pairs, sixteen or seventeen to a mentor, each with a cookie of the mentee's. */
function pairUp() {
  waymark.sql(`
    insert into people (full_name, email, time_zone, added_at)
      select 'Person ' || n, 'p' || n || '@example.org', 'Europe/London', now() from generate_series(1, ${mentors + pairs}) n;
    insert into programmes (name, purpose, starts_on, ends_on, time_zone, session_minutes, session_every_weeks, created_at, opened_at)
      values ('Race', '', current_date - 30, current_date + 300, 'Europe/London', 30, 4, now(), now());
    insert into enrolments (programme_id, person_id, part, capacity, enrolled_at)
      select 1, n, 'mentor', 20, now() from generate_series(1, ${mentors}) n;
    insert into enrolments (programme_id, person_id, part, enrolled_at)
      select 1, n, 'mentee', now() from generate_series(${mentors + 1}, ${mentors + pairs}) n;
    insert into pairings (programme_id, mentor_id, mentee_id, proposed_on, offered_on, mentor_accepted_on, mentee_accepted_on, met_on)
      select 1, 1 + n % ${mentors}, ${mentors} + n, current_date - 20, current_date - 19, current_date - 18, current_date - 18, current_date - 15
      from generate_series(1, ${pairs}) n;`);
  for (let person = mentors + 1; person <= mentors + pairs; person += 1) {
    const hash = createHash('sha256').update(`race-${person}`).digest('hex');
    waymark.sql(`insert into sign_ins (person_id, token_hash, browser, address, signed_in_at, expires_at)
      values (${person}, '\\x${hash}', 'race', 'race', now(), now() + '1 day')`);
  }
  return waymark.sql('select id, mentee_id from pairings order by id').map(([id, mentee]) => ({ id, cookie: `sign_in=race-${mentee}` }));
}

const first = new Date(Date.now() + 48 * 3600_000);
first.setUTCMinutes(0, 0, 0);
/** Quarters of an hour, of which two that follow each other cannot both be had. */
const slot = n => new Date(first.getTime() + n * 900_000).toISOString().replace('.000', '');

/** What came of a press: the session that the answer promises, a refusal in words, or silence. */
async function press(pair, path, fields) {
  const server = servers[Math.floor(Math.random() * 2)];
  try {
    const answer = await fetch(`${server.base}/pairings/${pair.id}/sessions${path}`, {
      method: 'POST', redirect: 'manual', body: new URLSearchParams(fields),
      headers: { cookie: pair.cookie, 'sec-fetch-site': 'same-origin' },
    });
    const body = await answer.text();
    if (answer.status === 303) return { promised: answer.headers.get('location') };
    assert.equal(answer.status, 409, `${answer.status}: ${body.slice(0, 2000)}`);
    assert.match(body, /Someone booked|booked already|was cancelled|Nothing has changed/);
    return { refused: true };
  } catch (cause) {
    if (cause instanceof assert.AssertionError) throw cause;
    return { silent: true };
  }
}

test('ten thousand presses for two hundred times', { timeout: 300_000 }, async () => {
  const all = pairUp(), told = { booked: 0, moved: 0, cancelled: 0, refused: 0, silent: 0 };
  // What each pair was last told. Of an answer that never came, nobody was told anything.
  const last = new Map();
  let left = presses;
  const kills = [[presses * 2 / 3, 0], [presses / 3, 1]];
  const hand = async mine => {
    while (left > 0) {
      left -= 1;
      if (kills.length > 0 && left < kills[0][0]) {
        const [, which] = kills.shift();
        void servers[which].killed().then(() => servers[which].begin());
      }
      const pair = mine[Math.floor(Math.random() * mine.length)];
      const at = slot(Math.floor(Math.random() * slots)), known = last.get(pair.id);
      const act = !known ? 'booked' : Math.random() < 0.5 ? 'moved' : 'cancelled';
      const answer = act === 'booked' ? await press(pair, '', { at })
        : act === 'moved' ? await press(pair, '', { at, moving: known.session })
          : await press(pair, `/${known.session}/cancellation`, {});
      if (answer.silent) {
        // Whoever gets no answer looks at the page again.
        told.silent += 1;
        await new Promise(done => setTimeout(done, 500));
        const rows = waymark.sql(`select id, to_char(lower(during) at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')
          from mentoring_sessions where pairing_id = ${pair.id} and cancelled_on is null`);
        if (rows.length === 0) last.delete(pair.id);
        else last.set(pair.id, { session: rows[0][0], at: rows[0][1] });
      } else if (answer.refused) {
        told.refused += 1;
      } else {
        told[act] += 1;
        if (act === 'cancelled') last.delete(pair.id);
        else last.set(pair.id, { session: answer.promised.split('/').at(-1), at });
      }
    }
  };
  // Each pair is pressed by one hand at a time, so that what it was told last is known.
  await Promise.all(Array.from({ length: hands }, (_, n) => hand(all.filter((_, at) => at % hands === n))));
  console.log(`# ${JSON.stringify(told)}`);
  assert.ok(told.booked > 500 && told.moved > 100 && told.refused > 500, JSON.stringify(told));
  assert.equal(kills.length, 0);

  const open = waymark.sql(`select pairing_id, id, to_char(lower(during) at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')
    from mentoring_sessions where cancelled_on is null order by pairing_id`);
  const expected = [...last].map(([pair, { session, at }]) => [pair, session, at]).sort((a, b) => a[0] - b[0]);
  assert.deepEqual(open, expected, 'what everybody was told last is what is booked');
  const overlaps = waymark.sql(`select count(*) from attendances a join attendances b
    on a.person_id = b.person_id and a.session_id < b.session_id and a.during && b.during`);
  assert.deepEqual(overlaps, [['0']]);
  const attended = waymark.sql(`select count(*) from mentoring_sessions s where cancelled_on is null and 2 <>
    (select count(*) from attendances a where a.session_id = s.id and a.during = s.during)`);
  assert.deepEqual(attended, [['0']]);
});
