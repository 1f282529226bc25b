// A Waymark of one's own to test: a fresh database, the real server, and people in browsers.
import { chromium } from 'playwright-core';
import { execFileSync, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import net from 'node:net';
import path from 'node:path';

const root = path.resolve(import.meta.dirname, '../..');
const target = process.env.CARGO_TARGET_DIR ?? path.join(root, 'target');
const binary = process.env.WAYMARK ?? path.join(target, 'debug/waymark');
const chrome = process.env.CHROME_PATH ?? ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome'].find(existsSync);

if (!existsSync(binary)) throw new Error(`Build Waymark first (cargo build): there is no ${binary}`);
if (!process.env.DATABASE_URL) throw new Error('DATABASE_URL says on which cluster the tests may make databases: see script/test');
if (!chrome) throw new Error('These tests need Chromium: install it, or say in CHROME_PATH where it is');

/** What is still to be tidied up, should the tests be stopped in their middle. */
const leftovers = new Set();
process.on('exit', () => leftovers.forEach(tidy => tidy()));
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => process.exit(1));

const freePort = () => new Promise(resolve => {
  const server = net.createServer().listen(0, '127.0.0.1', () => {
    const { port } = server.address();
    server.close(() => resolve(port));
  });
});

/** DATABASE_URL of the test cluster, for another database and role. */
function url(database, role) {
  const url = new URL(process.env.DATABASE_URL);
  url.pathname = `/${database}`;
  if (role) url.username = role;
  return url.href;
}

/** Starts a server on a database made for it. `demo` loads the demonstration data. */
export async function startWaymark({ demo = false } = {}) {
  const database = `browser_${process.pid}_${Math.random().toString(36).slice(2, 8)}`;
  sqlOn(process.env.DATABASE_URL, `create database ${database}`);
  const port = await freePort();
  const env = {
    ...process.env,
    DATABASE_URL: url(database, 'waymark_server'),
    DATABASE_OWNER_URL: url(database),
    BASE_URL: `http://localhost:${port}`,
    LISTEN: `127.0.0.1:${port}`,
    RUST_LOG: process.env.RUST_LOG ?? 'warn',
  };
  const servers = [];
  // Not by force, which may not end a worker of autovacuum: without it PostgreSQL ends that one by itself,
  // and waits for the connections of a server that is gone.
  const drop = () => sqlOn(process.env.DATABASE_URL, `drop database if exists ${database}`);
  const tidy = () => {
    servers.forEach(server => server.kill('SIGKILL'));
    drop();
  };
  leftovers.add(tidy);
  execFileSync(binary, ['migrate'], { env, stdio: ['ignore', 'ignore', 'inherit'] });
  if (demo) execFileSync(binary, ['demo'], { env, stdio: ['ignore', 'ignore', 'inherit'] });
  /** A server at an address of its own. It can be killed, and begun again there. */
  const serve = async port => {
    const base = `http://localhost:${port}`;
    let server;
    const begin = async () => {
      server = spawn(binary, ['serve'], {
        env: { ...env, BASE_URL: base, LISTEN: `127.0.0.1:${port}` }, stdio: ['ignore', 'ignore', 'inherit'],
      });
      servers.push(server);
      for (let tries = 0; ; tries += 1) {
        const up = await fetch(`${base}/sign-in`).then(answer => answer.ok, () => false);
        if (up) break;
        if (tries > 200 || server.exitCode !== null) throw new Error('Waymark did not start');
        await new Promise(resolve => setTimeout(resolve, 50));
      }
    };
    const gone = signal => new Promise(resolve => {
      if (server.exitCode !== null || server.signalCode !== null) return resolve();
      server.once('exit', resolve);
      server.kill(signal);
    });
    await begin();
    return { base, begin, killed: () => gone('SIGKILL'), stopped: () => gone('SIGTERM') };
  };
  const first = await serve(port), running = [first];
  return {
    ...first,
    /** One more server on the same database. */
    another: async () => {
      running.push(await serve(await freePort()));
      return running.at(-1);
    },
    /** Runs one of the command line's own commands beside the server. */
    waymark: (args, input) => execFileSync(binary, args, { env, input, encoding: 'utf8' }),
    /** Rows of an SQL query made as the owner of the tables. */
    sql: text => sqlOn(url(database), text),
    stop: async () => {
      await Promise.all(running.map(one => one.stopped()));
      drop();
      leftovers.delete(tidy);
    },
  };
}

function sqlOn(connection, text) {
  const out = execFileSync('psql', ['-X', '-q', '-t', '-A', '-v', 'ON_ERROR_STOP=1', '-d', connection, '-c', text],
    { encoding: 'utf8' });
  return out.trim().split('\n').filter(Boolean).map(line => line.split('|'));
}

export const startBrowser = () => chromium.launch({
  executablePath: chrome,
  args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
    '--disable-component-update', '--disable-sync'],
});

/** A person's own browser window. Whatever the page logs as an error fails the test that asks. */
export async function person(browser, base, options = {}) {
  const context = await browser.newContext({
    baseURL: base, locale: 'en-GB', timezoneId: 'Europe/London', viewport: { width: 1280, height: 900 }, ...options,
  });
  context.setDefaultTimeout(10_000);
  const page = await context.newPage();
  page.complaints = [];
  page.on('pageerror', error => page.complaints.push(error.message));
  page.on('console', message => message.type() === 'error' && page.complaints.push(message.text()));
  return page;
}

export async function signIn(page, email, password) {
  await page.goto('/sign-in');
  await page.getByLabel('Email').fill(email);
  await page.getByLabel('Password').fill(password);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
}
