// Measures the import of a long file into a running Waymark, and the searches among its people.
import { execFileSync, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createHash } from 'node:crypto';

const [binary] = process.argv.slice(2);
const people = Number(process.env.PEOPLE ?? 50_000);
const sql = text => execFileSync('psql', ['-X', '-q', '-t', '-A', '-d', process.env.DATABASE_OWNER_URL, '-c', text], { encoding: 'utf8' }).trim();

execFileSync(binary, ['migrate'], { stdio: 'ignore' });
sql(`insert into people (full_name, email, time_zone, added_at, administrator_since) values
  ('Ada', 'ada@example.org', 'Europe/London', now(), now()), ('Cleo', 'cleo@example.org', 'Europe/London', now(), null)`);
sql(`insert into programmes (name, purpose, starts_on, ends_on, time_zone, session_minutes, session_every_weeks, created_at)
  values ('Everybody', '', '2026-01-01', '2036-01-01', 'Europe/London', 60, 4, now())`);
sql('insert into coordinators (programme_id, person_id, named_at) values (1, 2, now())');

function cookie(person) {
  const token = `import-${person}`;
  const hash = createHash('sha256').update(token).digest('hex');
  sql(`insert into sign_ins (person_id, token_hash, browser, address, signed_in_at, expires_at)
       values (${person}, '\\x${hash}', 'bench', 'bench', now(), now() + '1 day')`);
  return `sign_in=${token}`;
}

const port = 20000 + Math.floor(Math.random() * 20000), base = `http://localhost:${port}`;
const server = spawn(binary, ['serve'], { stdio: ['ignore', 'ignore', 'inherit'],
  env: { ...process.env, RUST_LOG: 'warn', BASE_URL: base, LISTEN: `127.0.0.1:${port}` } });
process.on('exit', () => server.kill());
while (!await fetch(`${base}/sign-in`).then(answer => answer.ok, () => false)) {
  if (server.exitCode !== null) throw new Error('the server did not start');
  await new Promise(done => setTimeout(done, 20));
}
const memory = of => Math.round(Number(new RegExp(`${of}:\\s+(\\d+)`).exec(readFileSync(`/proc/${server.pid}/status`, 'utf8'))[1]) / 1024);

async function timed(name, person, path, options = {}) {
  const begun = performance.now();
  const answer = await fetch(base + path, { redirect: 'manual', ...options,
    headers: { cookie: person, 'sec-fetch-site': 'same-origin', ...options.headers } });
  const body = await answer.text();
  if (answer.status >= 400) throw new Error(`${name}: ${answer.status} ${/<h1>.*/.exec(body)}`);
  if (name) steps.push({ step: name, ms: Math.round(performance.now() - begun), 'peak MB': memory('VmHWM') });
  return { to: answer.headers.get('location'), body };
}

// A third of them mentors of three, and the rest paired with them.
const mentors = Math.ceil(people / 3), towns = ['Leeds', 'Bristol', 'Cardiff', 'Glasgow', 'Belfast'];
const rows = Array.from({ length: people }, (_, at) => {
  const mentor = at < mentors, hash = createHash('md5').update(String(at)).digest('hex');
  const name = `${hash.slice(0, 6)} ${hash.slice(6, 14)}`, about = `What they say of themselves, in a sentence or two; number ${at}.`;
  return [name, `${hash.slice(0, 6)}.${at}@example.org`, 'Engineer', `Department ${at % 120}`, towns[at % 5], 'Europe/London',
    at > mentors ? '' : `boss.${at % 50}@example.org`, mentor ? 'mentor' : 'mentee', mentor ? 3 : '', `"${about}"`, mentor ? '' : at - mentors].join(',');
});
const email = at => rows[at].split(',')[1];
for (let at = mentors; at < people; at += 1) rows[at] = rows[at].replace(/,\d+$/, `,${email((at - mentors) % mentors)}`);
for (let at = 0; at < Math.min(50, mentors); at += 1) rows[at] = rows[at].replace(/[^,]+@example.org/, `boss.${at}@example.org`).replace(/,boss[^,]*,mentor/, ',,mentor');
for (let at = mentors; at < people; at += 1) rows[at] = rows[at].replace(/,[^,]+$/, `,${email((at - mentors) % mentors)}`);
const file = ['Name,Email,Job title,Department,Location,Time zone,Line manager,Part,Capacity,About,Mentor email', ...rows].join('\n');

const steps = [], cleo = cookie(2), ada = cookie(1), place = '/programmes/1/import';
async function run(name, text) {
  const form = new FormData();
  form.append('file', new Blob([text]), 'people.csv');
  const { to } = await timed(`${name}: upload`, cleo, place, { method: 'POST', body: form });
  await timed(`${name}: columns`, cleo, to);
  const path = to.replace('/columns', '');
  const { body } = await timed(`${name}: preview`, cleo, path);
  const outcome = /name="outcome" value="([^"]+)"/.exec(body)?.[1];
  if (!outcome) return body;
  await timed(`${name}: confirm`, cleo, `${path}/confirmation`, { method: 'POST', body: new URLSearchParams({ outcome }) });
  return body;
}
await run('first', file);
const again = await run('again', file);
if (!again.includes('Nothing would change')) throw new Error('the same file twice changed something');
await run('broken', file.replaceAll(',Europe/London,', ',Mars/Base,'));
console.log(`${people} rows, ${(file.length / 1e6).toFixed(1)} MB`);
console.table(steps);
console.log(`people: ${sql('select count(*) from people')}, enrolments: ${sql('select count(*) from enrolments')}, pairings: ${sql('select count(*) from pairings')}`);
console.log(`memory now: ${memory('VmRSS')} MB`);

sql('set client_min_messages = error; analyze');
const searches = [
  ['directory: everybody', ada, '/people'], ['directory: a name', ada, `/people?q=${rows[777].slice(0, 6)}`],
  ['directory: nobody', ada, '/people?q=zzzz+qqqq'], ['directory: two words', ada, '/people?q=engineer+leeds'],
  ['directory: two letters', ada, '/people?q=zz'], ['directory: a department', ada, '/people?department=Department+7&q=leeds'],
  ['directory: no password', ada, '/people?show=no-password'], ['directory: administrators', ada, '/people?show=administrators'],
  ['directory: page 900', ada, '/people?page=900'], ['enrol: a name', cleo, `/programmes/1/enrolments/new?q=${rows[777].slice(0, 6)}`],
  ['enrol: nobody', cleo, '/programmes/1/enrolments/new?q=zzzz+qqqq'],
];
const found = [];
for (const [name, person, path] of searches) {
  const times = [];
  for (let time = 0; time < 30; time += 1) {
    const begun = performance.now();
    await timed('', person, path);
    times.push(performance.now() - begun);
  }
  times.sort((a, b) => a - b);
  found.push({ search: name, 'median ms': times[15].toFixed(1), 'slowest ms': times.at(-1).toFixed(1) });
}
console.table(found);
server.kill();
