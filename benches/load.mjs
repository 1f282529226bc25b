// Measures the busiest pages of a running Waymark against the same SQL run by pgbench.
import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createHash } from 'node:crypto';
import { countingProxy } from './wire.mjs';

const [binary, directory] = process.argv.slice(2); // the folder of the database's socket
const seconds = Number(process.env.SECONDS_EACH ?? 10), clients = 8, copies = Number(process.env.COPIES ?? 100);
const owner = process.env.DATABASE_OWNER_URL;
const server = host => `postgres://waymark_server@localhost/waymark?host=${encodeURIComponent(host)}`;
const sql = text => execFileSync('psql', ['-X', '-q', '-t', '-A', '-d', owner, '-c', text], { encoding: 'utf8' }).trim();
const work = mkdtempSync(path.join(tmpdir(), 'waymark-load-'));

execFileSync(binary, ['migrate'], { stdio: 'ignore' });
const loading = performance.now();
execFileSync(binary, ['demo', '--copies', String(copies)], { stdio: 'ignore' });
const loaded = Math.round((performance.now() - loading) / 1000);
sql('set client_min_messages = error; analyze');

/** A cookie of somebody who has what each page shows. */
function cookie(person) {
  const token = `load-${person}`;
  const hash = createHash('sha256').update(token).digest('hex');
  sql(`insert into sign_ins (person_id, token_hash, browser, address, signed_in_at, expires_at)
       values (${person}, '\\x${hash}', 'load', 'load', now(), now() + '1 day') on conflict do nothing`);
  return `sign_in=${token}`;
}
const [mentee, mentor, pairing] = sql(`select mentee_id, mentor_id, pairings.id from pairings
  join weekly_hours on weekly_hours.person_id = mentor_id
  where agreed_on is not null and moving_on_since is null and closed_on is null and paused_since is null
    and not exists (select from mentoring_sessions where pairing_id = pairings.id
      and num_nonnulls(held_on, missed_on, cancelled_on) = 0)
  order by pairings.id desc limit 1`).split('|');
// Each of the two has a hundred sessions more in the eight weeks that are looked at, with others.
sql(`with added as (
       insert into mentoring_sessions (pairing_id, kind, during, booked_at)
       select (select max(id) from pairings where closed_on is not null), 'session', tstzrange(starts, starts + interval '30 minutes'), now()
       from generate_series(1, 200) nth, lateral (select date_trunc('hour', now()) + interval '1 day' + nth * interval '6 hours 30 minutes' as starts) one
       returning id, during)
     insert into attendances (session_id, person_id, during)
     select id, case when id % 2 = 0 then ${mentor} else ${mentee} end, during from added`);
sql('set client_min_messages = error; analyze');
const coordinator = sql(`select person_id from coordinators where programme_id = (select programme_id from pairings where id = ${pairing}) limit 1`);
const programme = sql(`select programme_id from pairings where id = ${pairing}`);
const feed = 'load-feed';
sql(`insert into calendar_feeds (person_id, token_hash, made_at)
     values (${mentee}, '\\x${createHash('sha256').update(feed).digest('hex')}', now())`);
const pages = [
  ['a mentee\'s home', '/', mentee],
  ['a pairing', `/pairings/${pairing}`, mentor],
  ['free times', `/pairings/${pairing}/sessions/new`, mentee],
  ['a calendar\'s feed', `/calendar/${feed}`, mentee],
  ['a coordinator\'s programme', `/programmes/${programme}`, coordinator],
  ['a coordinator\'s matching', `/programmes/${programme}/matching`, coordinator],
];

/** Presses a button as its page would, and tells where that leads. */
async function press(base, person, place, fields) {
  const headers = { cookie: cookie(person), origin: base, 'content-type': 'application/x-www-form-urlencoded' };
  const answer = await fetch(base + place, { method: 'POST', headers, body: new URLSearchParams(fields), redirect: 'manual' });
  if (answer.status !== 303) throw new Error(`${place}: ${answer.status} ${(await answer.text()).slice(0, 2000)}`);
  return answer.headers.get('location');
}

/** Books the first free time, moves it to the last of that page, and cancels it: each act with its letters. */
async function* sessions(base) {
  const times = await (await fetch(`${base}/pairings/${pairing}/sessions/new`, { headers: { cookie: cookie(mentee) } })).text();
  const free = [...times.matchAll(/name="at" value="([^"]+)"/g)].map(([, at]) => at);
  const place = `/pairings/${pairing}/sessions`;
  const session = await press(base, mentee, place, { at: free[0] });
  yield 'booking';
  await press(base, mentee, place, { at: free.at(-1), moving: /sessions\/(\d+)/.exec(session)[1] });
  yield 'moving';
  await press(base, mentee, `${session}/cancellation`, {});
  yield 'cancelling';
}

const running = new Set();
process.on('exit', () => running.forEach(child => child.kill()));

/** `hear` gets what the server logs. */
async function start(host, hear) {
  const port = 20000 + Math.floor(Math.random() * 20000);
  const begun = performance.now();
  const child = spawn(binary, ['serve'], { stdio: ['ignore', 'ignore', hear ? 'pipe' : 'inherit'],
    env: { ...process.env, RUST_LOG: hear ? 'info' : 'warn', DATABASE_URL: server(host), BASE_URL: `http://localhost:${port}`, LISTEN: `127.0.0.1:${port}` } });
  running.add(child);
  child.stderr?.on('data', hear);
  const base = `http://localhost:${port}`;
  for (;;) {
    if (await fetch(`${base}/sign-in`).then(r => r.ok, () => false)) break;
    if (child.exitCode !== null) throw new Error('the server did not start');
    await new Promise(r => setTimeout(r, 5));
  }
  const memory = () => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))[1]) / 1024;
  return { base, took: performance.now() - begun, memory, stop: () => new Promise(r => { child.once('exit', r); child.kill('SIGTERM'); }) };
}

// What each page asks of Postgres, once everything is prepared.
const proxy = await countingProxy(path.join(directory, '.s.PGSQL.5432'), work);
const looking = performance.now();
let heard = '', reminded;
const firstLook = new Promise(resolve => { reminded = resolve; });
const counted = await start(work, log => {
  heard += log;
  const letters = /"letters":(\d+)[^\n]*|"message":"reminders","letters":(\d+)/.exec(heard);
  if (/"message":"reminders"/.test(heard) && letters) reminded(Number(letters[1] ?? letters[2]));
});
// A server's first look at whom to remind finds all that has gathered.
const letters = await firstLook, looked = performance.now() - looking;
const ofReminders = proxy.seen(/waiting_since\(/);
const asked = new Map();
for (const [name, url, person] of pages) {
  const headers = { cookie: cookie(person) };
  for (let i = 0; i < 100; i += 1) await fetch(counted.base + url, { headers, redirect: 'manual' });
  await new Promise(r => setTimeout(r, 200));
  proxy.reset();
  const answer = await fetch(counted.base + url, { headers, redirect: 'manual' });
  if (answer.status !== 200) throw new Error(`${url}: ${answer.status}`);
  const bytes = (await answer.arrayBuffer()).byteLength;
  await new Promise(r => setTimeout(r, 200));
  asked.set(name, { ...proxy.seen(), bytes });
}
const acts = new Map();
for (let i = 0; i < 10; i += 1) {
  const all = sessions(counted.base);
  for (;;) {
    // The free times are read before the first of them, and are counted with the page.
    proxy.reset();
    const { value: act, done } = await all.next();
    if (done) break;
    await new Promise(r => setTimeout(r, 50));
    acts.set(act, { took: [], ...proxy.seen() });
  }
}
await counted.stop();

const waymark = await start(directory);
const idle = waymark.memory();
const rows = [];
let offered;
for (const [name, url, person] of pages) {
  const out = execFileSync('wrk', ['-t1', `-c${clients}`, `-d${seconds}s`, '--latency', '-H', `Cookie: ${cookie(person)}`, waymark.base + url], { encoding: 'utf8' });
  const rps = Number(/Requests\/sec:\s+([\d.]+)/.exec(out)[1]);
  const p99 = /99%\s+(\S+)/.exec(out)[1];
  if (/Non-2xx/.test(out)) throw new Error(`${url}: ${out}`);
  const { statements, roundTrips, bytes, script } = asked.get(name);
  if (name === 'free times') offered = script().split('\n').find(line => line.includes('both_people'));
  const file = path.join(work, 'page.sql');
  writeFileSync(file, script());
  const bench = execFileSync('pgbench', ['-n', '-M', 'prepared', '-c', String(clients), '-j', '1', '-T', String(seconds), '-f', file, server(directory)], { encoding: 'utf8' });
  const tps = Number(/tps = ([\d.]+)/.exec(bench)[1]);
  rows.push({ page: name, 'requests/s': Math.round(rps), p99, 'pgbench/s': Math.round(tps), ratio: (rps / tps).toFixed(2), statements, 'round trips': roundTrips, 'KB': (bytes / 1024).toFixed(1) });
}
console.table(rows);
for (let i = 0; i < 100; i += 1) {
  let before = performance.now();
  for await (const act of sessions(waymark.base)) {
    acts.get(act).took.push(performance.now() - before);
    before = performance.now();
  }
}
const alone = path.join(work, 'offered.sql');
writeFileSync(alone, `begin;\nselect set_config('app.person_id', '${mentee}', true);\n${offered}\ncommit;\n`);
const each = execFileSync('pgbench', ['-n', '-r', '-M', 'prepared', '-c', '1', '-t', '500', '-f', alone, server(directory)], { encoding: 'utf8' });
const took = Number(/^\s+([\d.]+)\s+\d+\s+with span/m.exec(each)[1]);
console.log(`offered times of eight weeks, two people with a hundred sessions each: one query, ${took.toFixed(1)} ms`);
console.log(`reminders: ${letters} letters in ${looked.toFixed(0)} ms, ${ofReminders.statements} statements, ${ofReminders.roundTrips} round trips (${(ofReminders.roundTrips / letters).toFixed(1)} a letter)`);
const median = numbers => numbers.sort((a, b) => a - b)[Math.floor(numbers.length / 2)];
console.table([...acts].map(([act, { took, statements, roundTrips }]) => ({
  act: act === 'booking' ? 'looking for a time and booking' : act, 'ms, median': median(took).toFixed(1), statements, 'round trips': roundTrips,
})));
console.log(`letters written by these: ${sql('select count(*) from letters')}`);
console.log(`loaded in ${loaded} s; people: ${sql('select count(*) from people')}, pairings: ${sql('select count(*) from pairings')}`);
console.log(`start-up ${Math.round(waymark.took)} ms; memory ${idle.toFixed(0)} MB idle, ${waymark.memory().toFixed(0)} MB after the load`);
await waymark.stop();
proxy.stop();
