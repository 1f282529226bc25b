// Measures the workbench of a programme of 480 mentees and 240 mentors, beside the demonstration's own
// of 120 and 60: matched as the coordinators decided, and with something else tried.
import { execFileSync, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';

const [binary] = process.argv.slice(2);
const rounds = Number(process.env.ROUNDS ?? 25);
const sql = (...args) => execFileSync('psql', ['-X', '-q', '-t', '-A', '-v', 'ON_ERROR_STOP=1', '-d', process.env.DATABASE_OWNER_URL, ...args], { encoding: 'utf8' }).trim();

for (const step of ['migrate', 'demo']) execFileSync(binary, [step], { stdio: 'ignore' });
const programme = sql('-c', "select id from programmes where name = 'Across Quillmoor'");
const coordinator = sql('-c', `select min(person_id) from coordinators where programme_id = ${programme}`);
const token = 'what-if';
sql('-c', `insert into sign_ins (person_id, token_hash, browser, address, signed_in_at, expires_at)
  values (${coordinator}, '\\x${createHash('sha256').update(token).digest('hex')}', 'bench', 'bench', now(), now() + '1 day')`);

const port = 20000 + Math.floor(Math.random() * 20000), base = `http://localhost:${port}`;
const server = spawn(binary, ['serve'], { stdio: ['ignore', 'ignore', 'inherit'],
  env: { ...process.env, RUST_LOG: 'warn', BASE_URL: base, LISTEN: `127.0.0.1:${port}` } });
process.on('exit', () => server.kill());
while (!await fetch(`${base}/sign-in`).then(answer => answer.ok, () => false)) {
  if (server.exitCode !== null) throw new Error('the server did not start');
  await new Promise(done => setTimeout(done, 20));
}

/** Milliseconds of each of many visits, in order of size. */
async function visits(query) {
  const times = [];
  for (let round = 0; round < rounds; round += 1) {
    const begun = performance.now();
    const answer = await fetch(`${base}/programmes/${programme}/matching${query}`, { headers: { cookie: `sign_in=${token}` } });
    const page = await answer.text();
    if (!answer.ok || !page.includes('matched')) throw new Error(`${query}: ${answer.status}`);
    times.push(performance.now() - begun);
  }
  return times.sort((one, other) => one - other);
}

const pair = sql('-c', `select mentee.person_id || '-' || mentor.person_id from enrolments mentee, enrolments mentor
  where mentee.programme_id = ${programme} and mentee.part = 'mentee' and mentor.programme_id = ${programme} and mentor.part = 'mentor'
    and not exists (select from pairings where mentee_id = mentee.person_id) order by mentee.person_id, mentor.person_id desc limit 1`);
const single = `?lock=${pair}&place=${pair.split('-')[1]}`;
const pages = [['as decided', ''], ['a pair locked and a place more', single], ['other weights', '?criteria=all&skills=50'], ['nobody fares badly', '?method=worst_off']];
const rows = [];
for (const size of ['120 x 60', '480 x 240']) {
  if (size !== '120 x 60') sql('-f', 'benches/what_if.sql');
  // As it is a minute after so many people came: Postgres knows by then how many there are.
  sql('-c', 'analyze');
  for (const [page, query] of pages) {
    await visits(query);
    const times = await visits(query), at = share => times[Math.floor((times.length - 1) * share)];
    rows.push({ programme: size, page, 'median ms': Math.round(at(0.5)), '90 % ms': Math.round(at(0.9)) });
  }
}
for (const row of rows) row.ratio = (row['median ms'] / rows.find(one => one.page === row.page)['median ms']).toFixed(1);
console.table(rows);
process.exit();
