// Sits between a server and Postgres and reads along: how often they wait for each other, and
// which statements run, with their values (PostgreSQL's frontend/backend protocol 3.0).
import net from 'node:net';
import path from 'node:path';

const TLS_REQUEST = 80877103;

export async function countingProxy(upstream, directory) {
  let statements = [], roundTrips = new Map(), connections = 0;
  const sockets = new Set();
  const server = net.createServer(client => {
    const backend = net.connect(upstream), connection = connections += 1;
    const prepared = new Map(); // name -> { sql, types }
    const portals = new Map();
    const described = [];
    let asking = false, started = false, refusals = 0, fromClient = Buffer.alloc(0), fromServer = Buffer.alloc(0);
    for (const socket of [client, backend]) {
      sockets.add(socket);
      socket.on('error', () => { client.destroy(); backend.destroy(); });
      socket.on('close', () => { client.destroy(); backend.destroy(); });
    }
    client.on('data', data => {
      backend.write(data);
      fromClient = Buffer.concat([fromClient, data]);
      while (!started) { // a request for TLS and the start-up packet have no type byte
        if (fromClient.length < 8 || fromClient.length < fromClient.readInt32BE(0)) return;
        if (fromClient.readInt32BE(4) === TLS_REQUEST) refusals += 1;
        else started = true;
        fromClient = fromClient.subarray(fromClient.readInt32BE(0));
      }
      fromClient = messages(fromClient, (type, body) => {
        if (!asking && type !== 'X') { asking = true; roundTrips.set(connection, (roundTrips.get(connection) ?? 0) + 1); }
        if (type === 'Q') statements.push({ connection, simple: text(body, 0) });
        if (type === 'P') {
          const name = text(body, 0);
          prepared.set(name, { sql: text(body, Buffer.byteLength(name) + 1), types: [] });
        }
        if (type === 'D' && body[0] === 83) described.push(text(body, 1));
        if (type === 'B') portals.set(text(body, 0), bind(body));
        if (type === 'E') {
          const portal = portals.get(text(body, 0));
          if (portal) statements.push({ connection, ...prepared.get(portal.statement), values: portal.values });
        }
      });
    });
    backend.on('data', data => {
      client.write(data);
      for (; refusals > 0 && data.length > 0; refusals -= 1) data = data.subarray(1); // a bare "N"
      fromServer = messages(Buffer.concat([fromServer, data]), (type, body) => {
        if (type === 'Z') asking = false;
        if (type === 't') {
          const of = prepared.get(described.shift());
          if (of) of.types = Array.from({ length: body.readInt16BE(0) }, (_, i) => body.readInt32BE(2 + 4 * i));
        }
      });
    });
  });
  await new Promise(resolve => server.listen(path.join(directory, '.s.PGSQL.5432'), resolve));
  return {
    reset: () => { statements = []; roundTrips = new Map(); },
    /** What was asked for people who came by, and not what a server does by itself meanwhile; or what
        was asked on connections with another mark. */
    seen: (mark = /signed_in\(|person_of_calendar\(/) => {
      const of = new Set(statements.filter(one => mark.test(one.simple ?? one.sql)).map(one => one.connection));
      const seen = statements.filter(one => of.has(one.connection));
      return {
        // A roll-back after reading is sent behind the answer's back, and counted all the same.
        roundTrips: [...of].reduce((sum, one) => sum + (roundTrips.get(one) ?? 0), 0), statements: seen.length,
        script: () => seen.map(statement => statement.simple ? `${statement.simple};` : `${literal(statement)};`).join('\n') + '\n',
      };
    },
    stop: () => { server.close(); for (const socket of sockets) socket.destroy(); },
  };
}

function messages(buffer, each) {
  while (buffer.length >= 5 && buffer.length >= 1 + buffer.readInt32BE(1)) {
    const length = buffer.readInt32BE(1);
    each(String.fromCharCode(buffer[0]), buffer.subarray(5, 1 + length));
    buffer = buffer.subarray(1 + length);
  }
  return buffer;
}

const text = (body, from) => body.toString('utf8', from, body.indexOf(0, from));

function bind(body) {
  let at = Buffer.byteLength(text(body, 0)) + 1;
  const statement = text(body, at);
  at += Buffer.byteLength(statement) + 1;
  const formats = Array.from({ length: body.readInt16BE(at) }, (_, i) => body.readInt16BE(at + 2 + 2 * i));
  at += 2 + 2 * formats.length;
  const count = body.readInt16BE(at);
  at += 2;
  const values = [];
  for (let i = 0; i < count; i += 1) {
    const length = body.readInt32BE(at);
    at += 4;
    values.push(length < 0 ? null : { bytes: Buffer.from(body.subarray(at, at + length)), binary: (formats.length === 1 ? formats[0] : formats[i]) === 1 });
    at += Math.max(length, 0);
  }
  return { statement, values };
}

const EPOCH = Date.UTC(2000, 0, 1);

function literal({ sql, types, values }) {
  const words = values.map((value, i) => {
    if (value === null) return `null::${name(types[i])}`;
    if (!value.binary) return quote(value.bytes.toString('utf8'), types[i]);
    switch (types[i]) {
      case 16: return value.bytes[0] ? 'true' : 'false';
      case 17: return `'\\x${value.bytes.toString('hex')}'::bytea`;
      case 20: return `${value.bytes.readBigInt64BE(0)}::bigint`;
      case 21: return `${value.bytes.readInt16BE(0)}::smallint`;
      case 23: return `${value.bytes.readInt32BE(0)}::int`;
      case 25: case 1043: return quote(value.bytes.toString('utf8'), 25);
      case 1082: return quote(new Date(EPOCH + value.bytes.readInt32BE(0) * 86_400_000).toISOString().slice(0, 10), 1082);
      case 1184: return quote(new Date(EPOCH + Number(value.bytes.readBigInt64BE(0) / 1000n)).toISOString(), 1184);
      case 1114: return quote(new Date(EPOCH + Number(value.bytes.readBigInt64BE(0) / 1000n)).toISOString().slice(0, -1), 1114);
      case 1009: return `array[${elements(value.bytes).map(one => quote(one.toString('utf8'), 25)).join(',')}]::text[]`;
      case 1016: return `array[${bigints(value.bytes).join(',')}]::bigint[]`;
      default: throw new Error(`a parameter of type ${types[i]}`);
    }
  });
  return sql.replace(/--[^\n]*/g, '').replace(/\$(\d+)/g, (_, n) => words[n - 1]).replace(/\s+/g, ' ').trim();
}

function bigints(bytes) {
  const found = [];
  if (bytes.readInt32BE(0) === 0) return found;
  for (let at = 20; at < bytes.length; at += 12) found.push(bytes.readBigInt64BE(at + 4));
  return found;
}

const name = type => ({ 16: 'boolean', 20: 'bigint', 21: 'smallint', 23: 'int', 25: 'text', 1082: 'date', 1114: 'timestamp', 1184: 'timestamptz' }[type] ?? 'text');
const quote = (words, type) => `'${words.replaceAll("'", "''")}'::${name(type)}`;

/** Of an array as Postgres sends it, none of whose elements is null. */
function elements(bytes) {
  const found = [];
  for (let at = 20; at < bytes.length;) {
    const length = bytes.readInt32BE(at);
    found.push(bytes.subarray(at + 4, at + 4 + length));
    at += 4 + length;
  }
  return found;
}
