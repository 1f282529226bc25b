// Measures how fast waiting letters leave by a mail server on the same machine, beside a client that
// does nothing but hand over as many.
import { execFileSync, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

const [binary, python] = process.argv.slice(2);
const letters = Number(process.env.LETTERS ?? 2_000);
const sql = text => execFileSync('psql', ['-X', '-q', '-t', '-A', '-d', process.env.DATABASE_OWNER_URL, '-c', text], { encoding: 'utf8' }).trim();
const wait = ms => new Promise(done => setTimeout(done, ms));

execFileSync(binary, ['migrate'], { stdio: 'ignore' });
const office = spawn(python, ['tests/mail/smtpd.py'], { stdio: ['pipe', 'pipe', 'inherit'] });
const servers = [];
process.on('exit', () => [office, ...servers].forEach(one => one.kill()));
const printed = createInterface(office.stdout);
let arrived = 0;
const port = await new Promise(told => {
  printed.once('line', line => {
    printed.on('line', () => { arrived += 1; });
    told(Number(line));
  });
});
sql(`insert into mail_settings (host, port, security, sender) values ('127.0.0.1', ${port}, 'none', 'mentoring@example.org')`);

/** How many letters a second arrive, from the first to the last of them. */
async function pace(begin) {
  arrived = 0;
  begin();
  while (arrived === 0) await wait(1);
  const begun = performance.now();
  while (arrived < letters) await wait(1);
  return Math.round((letters - 1) / ((performance.now() - begun) / 1000));
}

const write = () => sql(`insert into letters (message_id, recipient, subject, body, written_at, due_at)
  select gen_random_uuid() || '@example.org', 'tom' || n || '@example.org', 'Letter ' || n, repeat('A line of a letter. ', 40), now(), now()
  from generate_series(1, ${letters}) n`);

async function start() {
  const at = 20000 + Math.floor(Math.random() * 20000);
  const server = spawn(binary, ['serve'], { stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...process.env, RUST_LOG: 'warn', BASE_URL: `http://localhost:${at}`, LISTEN: `127.0.0.1:${at}` } });
  servers.push(server);
  while (!await fetch(`http://localhost:${at}/sign-in`).then(answer => answer.ok, () => false)) await wait(20);
}

const client = `
import smtplib
from email.message import EmailMessage
with smtplib.SMTP("127.0.0.1", ${port}) as smtp:
    for n in range(${letters}):
        letter = EmailMessage()
        letter["From"], letter["To"], letter["Subject"] = "mentoring@example.org", f"tom{n}@example.org", f"Letter {n}"
        letter.set_content("A line of a letter. " * 40)
        smtp.send_message(letter)
`;
const alone = await pace(() => spawn(python, ['-c', client], { stdio: 'inherit' }));
await start();
const one = await pace(write);
await start();
const two = await pace(write);
const row = (what, pace) => ({ what, 'letters a second': pace, ratio: (pace / alone).toFixed(2) });
console.table([row('a client that only sends', alone), row('one Waymark', one), row('two of them', two)]);
const twice = sql('select count(*) from letters where sent_at is null');
if (twice !== '0') throw new Error(`${twice} letters have not left`);
process.exit();
