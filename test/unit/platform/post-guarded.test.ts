import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type RequestListener } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import {
  type AddressInfo,
  connect,
  createServer as createTcpServer,
  type Socket,
  type Server as TcpServer,
} from 'node:net';
import { join } from 'node:path';
import { trace } from '@opentelemetry/api';
import { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base';
import { createPostGuarded, type GuardedPostOptions } from '../../../platform/post-guarded';
import { eventually } from '../../support/eventually';

const closing: (() => Promise<unknown>)[] = [];
const closeAll = () => Promise.all(closing.splice(0).map((close) => close()));
afterEach(closeAll);

async function listening(server: TcpServer): Promise<number> {
  const sockets: Socket[] = [];
  server.on('connection', (socket: Socket) => void sockets.push(socket));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closing.push(() => {
    for (const socket of sockets) socket.destroy();
    return new Promise((resolve) => server.close(resolve));
  });
  return (server.address() as AddressInfo).port;
}

/** A receiver on this machine, and what reached it. */
async function receiver(answer: RequestListener) {
  const seen: IncomingMessage[] = [];
  const port = await listening(
    createServer((request, response) => {
      seen.push(request);
      answer(request, response);
    }),
  );
  return { url: `http://127.0.0.1:${port}/hook`, port, seen };
}

/** A receiver that no connection reaches until `goOn`: its process is stopped, and its queue of connections full. */
async function farReceiver(): Promise<{ readonly port: number; readonly goOn: () => void }> {
  const child = spawn(process.execPath, ['-e', FAR], { stdio: ['ignore', 'pipe', 'inherit'] });
  const waiting: Socket[] = [];
  closing.push(async () => {
    for (const socket of waiting) socket.destroy();
    child.kill('SIGKILL');
  });
  const [line] = (await once(child.stdout, 'data')) as [Buffer];
  const port = Number(line);
  child.kill('SIGSTOP');
  // Two fit into the queue (and one or two more, should it have been stopped late); the first packets of the others are lost.
  for (let count = 0; count < 8; count += 1) waiting.push(connect(port, '127.0.0.1').on('error', () => undefined));
  const connected = () => waiting.filter(({ connecting }) => !connecting).length;
  await eventually('the queue to be full', () => connected() >= 2 && connected() < waiting.length);
  return { port, goOn: () => void child.kill('SIGCONT') };
}

const FAR = `
  const server = require('node:net').createServer((socket) => {
    socket.on('error', () => {}).on('data', () => socket.end('HTTP/1.1 204 No Content\\r\\n\\r\\n'));
  });
  server.listen({ port: 0, host: '127.0.0.1', backlog: 1 }, () => console.log(server.address().port));`;

function post(url: string, options: Partial<GuardedPostOptions> = {}) {
  const send = createPostGuarded({ allowLoopback: true, timeoutMs: 20_000, ...options });
  return send({ url, headers: { 'content-type': 'application/json' }, body: Buffer.from('{"a":"ü"}') });
}

const unanswered = (cause: unknown) => ({ kind: 'unanswered', cause });

describe('a target that may not be reached', () => {
  it.each([
    ['loopback', 'https://127.0.0.1/'],
    ['loopback in short', 'https://127.1/'],
    ['loopback as a number', 'https://2130706433/'],
    ['loopback in hexadecimal', 'https://0x7f000001/'],
    ['loopback in octal', 'https://0177.0.0.1/'],
    ['loopback in wide digits', 'https://１２７.0.0.1/'],
    ['any address', 'https://0.0.0.0/'],
    ['private', 'https://10.0.0.1/'],
    ['the metadata service', 'http://169.254.169.254/latest/meta-data/'],
    ['IPv6 loopback', 'https://[::1]/'],
    ['mapped loopback', 'https://[::ffff:127.0.0.1]/'],
    ['mapped metadata', 'https://[::ffff:169.254.169.254]/'],
    ['NAT64', 'https://[64:ff9b::a9fe:a9fe]/'],
    ['unique local', 'https://[fd00:ec2::254]/'],
  ])('is %s written out: %s', async (_, url) => {
    expect(await post(url, { allowLoopback: false })).toEqual(unanswered('forbidden_address'));
  });

  it.each([
    ['a private address', ['10.1.2.3']],
    ['the metadata service', ['169.254.169.254']],
    ['loopback', ['127.0.0.1']],
    ['a public and a private address', ['93.184.215.14', '192.168.0.1']],
    ['a mapped address', ['::ffff:10.0.0.1']],
  ])('is a name that leads to %s', async (_, addresses) => {
    const resolve = async () => addresses;
    expect(await post('https://shop.example/', { allowLoopback: false, resolve })).toEqual(
      unanswered('forbidden_address'),
    );
  });

  it('is localhost, whatever it is called', async () => {
    for (const host of ['localhost', 'LOCALHOST', 'localhost.', 'hooks.localhost']) {
      expect(await post(`https://${host}/`, { allowLoopback: false })).toEqual(unanswered('forbidden_address'));
    }
  });

  it('is a private one also where loopback is allowed', async () => {
    for (const url of ['https://10.0.0.1/', 'https://169.254.169.254/', 'https://[fe80::1]/', 'https://0.0.0.0/']) {
      expect(await post(url)).toEqual(unanswered('forbidden_address'));
    }
  });

  it('is any name or public address by plain HTTP', async () => {
    for (const url of ['http://shop.example/', 'http://93.184.215.14/']) {
      expect(await post(url)).toEqual(unanswered('insecure_url'));
    }
    expect(await post('http://127.0.0.1/', { allowLoopback: false })).toEqual(unanswered('forbidden_address'));
    expect(await post('http://localhost/', { allowLoopback: false })).toEqual(unanswered('insecure_url'));
  });

  it.each(['ftp://shop.example/', 'file:///etc/passwd', 'gopher://127.0.0.1/', 'no url', ''])(
    'is no web address: %s',
    async (url) => {
      expect(await post(url)).toEqual(unanswered('invalid_url'));
    },
  );

  it('is not reached by a name that changes its address between the check and the connection', async () => {
    const { port, seen } = await receiver((_, response) => void response.end());
    // Public when it is first asked for (a block that nobody was given, so nobody is there), this machine ever after.
    let asked = 0;
    const resolve = async () => {
      asked += 1;
      return asked === 1 ? ['2000::1'] : ['127.0.0.1'];
    };
    const send = createPostGuarded({ allowLoopback: false, timeoutMs: 500, resolve });
    const target = { url: `https://rebind.example:${port}/`, headers: {}, body: Buffer.from('x') };
    expect(await send(target)).toEqual(unanswered(expect.stringMatching(/^(network|timeout)$/)));
    expect(await send(target)).toEqual(unanswered('forbidden_address'));
    expect(asked).toBe(2);
    expect(seen).toHaveLength(0);
  });

  it('is asked for once a request: there is no second answer that could differ from the one that was judged', async () => {
    const { port } = await receiver((_, response) => void response.end());
    let asked = 0;
    const resolve = async () => {
      asked += 1;
      return asked === 1 ? ['127.0.0.1'] : ['10.0.0.1'];
    };
    expect(await post(`http://hooks.localhost:${port}/`, { resolve })).toMatchObject({ kind: 'answered', status: 200 });
    expect(asked).toBe(1);
  });
});

describe('the trace', () => {
  const exporter = new InMemorySpanExporter();
  beforeAll(() => {
    trace.setGlobalTracerProvider(new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] }));
  });
  afterEach(() => exporter.reset());
  afterAll(() => trace.disable());

  it('has how it went, and not where it went to', async () => {
    const { url } = await receiver((_, response) => void response.writeHead(503).end());
    await post(`${url}/t0ken?key=s3cret`);
    await post('https://10.0.0.1/t0ken');
    const [answered, refused] = exporter.getFinishedSpans();
    expect(answered?.attributes).toEqual({ 'http.request.method': 'POST', 'http.response.status_code': 503 });
    expect(refused?.attributes).toEqual({ 'http.request.method': 'POST', 'error.type': 'forbidden_address' });
    expect(exporter.getFinishedSpans()).toHaveLength(2);
  });
});

describe('a receiver', () => {
  it('gets the body as it is, under our name, on a connection of its own', async () => {
    const bodies: string[] = [];
    const ports: unknown[] = [];
    const { url, seen } = await receiver(async (request, response) => {
      ports.push(request.socket.remotePort);
      for await (const chunk of request) bodies.push(String(chunk));
      response.end('thanks');
    });
    expect(await post(url)).toEqual({ kind: 'answered', status: 200, retryAfter: undefined });
    expect(await post(url)).toMatchObject({ kind: 'answered' });
    expect(bodies).toEqual(['{"a":"ü"}', '{"a":"ü"}']);
    expect(seen[0]?.headers).toMatchObject({
      'user-agent': 'order-booking',
      'content-type': 'application/json',
      'content-length': '10',
      connection: 'close',
    });
    expect(seen[0]?.headers).not.toHaveProperty('traceparent');
    expect(new Set(ports).size).toBe(2);
  });

  it.each([301, 302, 303, 307, 308])(
    'that answers %i to the metadata service has answered, and nothing follows',
    async (status) => {
      const { url, seen } = await receiver((_, response) => {
        response.writeHead(status, { location: 'http://169.254.169.254/latest/meta-data/' }).end();
      });
      expect(await post(url)).toMatchObject({ kind: 'answered', status });
      expect(seen).toHaveLength(1);
    },
  );

  it('that redirects to itself is asked once', async () => {
    const { url, seen } = await receiver((_, response) => {
      response.writeHead(302, { location: '/hook' }).end();
    });
    expect(await post(url)).toMatchObject({ status: 302 });
    expect(seen).toHaveLength(1);
  });

  it('that says when to come back is heard', async () => {
    const { url } = await receiver((_, response) => void response.writeHead(429, { 'retry-after': '17' }).end());
    expect(await post(url)).toEqual({ kind: 'answered', status: 429, retryAfter: '17' });
  });

  it('that is far away is reached, though its name leads to another address where nobody is', async () => {
    const far = async () => {
      const { port, goOn } = await farReceiver();
      const resolve = async () => {
        // The first packet, which is sent as soon as the addresses are known, finds the queue full; it is sent again after a second.
        // Then the way must be free, and longer than two and a half seconds nobody waits.
        setImmediate(() => setImmediate(goOn));
        return ['127.0.0.1', '::1'];
      };
      return post(`http://hooks.localhost:${port}/`, { resolve });
    };
    // Once more, where this machine stood still for that second and a half: who waits for less than the one second reaches none.
    let outcome = await far();
    for (let left = 2; left > 0 && outcome.kind !== 'answered'; left -= 1) outcome = await far();
    expect(outcome).toMatchObject({ kind: 'answered', status: 204 });
  });

  it('one of whose addresses is dead is reached by another one, in time', async () => {
    const { port } = await receiver((_, response) => void response.end());
    // Nobody was given these; where there is no route to them, the system says so at once.
    const resolve = async () => ['2000::1', '2000::2', '127.0.0.1'];
    const answered = await post(`http://hooks.localhost:${port}/`, { resolve, timeoutMs: 10_000 });
    expect(answered).toMatchObject({ kind: 'answered', status: 200 });
  });

  it('that says “soon” without end is given up, long before the time is up', async () => {
    let sent = 0;
    const port = await listening(
      createTcpServer((socket) => {
        const more = () => {
          while (socket.writable && sent < 1_000_000) {
            sent += 1_000;
            if (!socket.write('HTTP/1.1 103 Early Hints\r\nLink: <x>\r\n\r\n'.repeat(1_000))) return;
          }
        };
        socket.on('error', () => undefined).on('drain', more);
        socket.once('data', more);
      }),
    );
    expect(await post(`http://127.0.0.1:${port}/`)).toEqual(unanswered('network'));
    expect(sent).toBeLessThan(1_000_000);
  });

  it('that says “soon” some times before it answers has answered', async () => {
    const { url } = await receiver((_, response) => {
      for (let times = 0; times < 5; times += 1) response.writeEarlyHints({ link: '</style.css>; rel=preload' });
      response.writeHead(202).end();
    });
    expect(await post(url)).toMatchObject({ kind: 'answered', status: 202 });
  });

  it('that never answers is given up', async () => {
    const { url } = await receiver(() => undefined);
    expect(await post(url, { timeoutMs: 200 })).toEqual(unanswered('timeout'));
  });

  it('whose name is never resolved is given up', async () => {
    const resolve = () => new Promise<never>(() => undefined);
    expect(await post('https://shop.example/', { timeoutMs: 200, resolve })).toEqual(unanswered('timeout'));
  });

  it('that is not there, or ends the connection, or speaks another language, is a failure of the network', async () => {
    const gone = await receiver(() => undefined);
    await closeAll();
    expect(await post(gone.url)).toEqual(unanswered('network'));
    const rude = await listening(createTcpServer((socket) => void socket.destroy()));
    expect(await post(`http://127.0.0.1:${rude}/`)).toEqual(unanswered('network'));
    const foreign = await listening(createTcpServer((socket) => void socket.end('220 smtp\r\n')));
    expect(await post(`http://127.0.0.1:${foreign}/`)).toEqual(unanswered('network'));
  });

  it('whose name nobody knows is said to be that', async () => {
    const resolve = async () => {
      throw Object.assign(new Error('queryA ENOTFOUND'), { code: 'ENOTFOUND' });
    };
    expect(await post('https://shop.example/', { resolve })).toEqual(unanswered('name_not_resolved'));
    expect(await post('https://shop.example/', { resolve: async () => [] })).toEqual(unanswered('name_not_resolved'));
  });

  it('that wants to speak another protocol has answered, and its connection is closed', async () => {
    let closed = false;
    const port = await listening(
      createTcpServer((socket) => {
        socket
          .on('error', () => undefined)
          .on('close', () => {
            closed = true;
          });
        socket.once('data', () =>
          socket.write('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\nmore'),
        );
      }),
    );
    expect(await post(`http://127.0.0.1:${port}/`)).toEqual({ kind: 'answered', status: 101, retryAfter: undefined });
    await eventually('the connection to be closed', () => closed);
  });

  it('that sends an answer without end has answered, and its connection is closed', async () => {
    let ended = false;
    let sent = 0;
    const { url } = await receiver((_, response) => {
      response.writeHead(200);
      const more = () => {
        while (!response.destroyed && sent < 1_000_000_000) {
          sent += 65_536;
          if (!response.write(Buffer.alloc(65_536))) return;
        }
      };
      response.on('drain', more).on('close', () => {
        ended = true;
      });
      more();
    });
    expect(await post(url)).toMatchObject({ status: 200 });
    await eventually('the end of the connection', () => ended);
    expect(sent).toBeLessThan(20_000_000);
  });

  it('that drips its answer has answered, and its connection is closed when the time is up', async () => {
    let ended = false;
    const { url } = await receiver((_, response) => {
      response.write('.');
      const drip = setInterval(() => response.write('.'), 20);
      response.on('close', () => {
        clearInterval(drip);
        ended = true;
      });
    });
    expect(await post(url, { timeoutMs: 4_000 })).toMatchObject({ status: 200 });
    await eventually('the end of the connection', () => ended);
  });

  it('whose certificate nobody vouches for is not told anything', async () => {
    const fixtures = join(__dirname, '..', 'client', 'fixtures');
    let told = false;
    const port = await listening(
      createTlsServer(
        {
          cert: readFileSync(join(fixtures, 'orders.test.cert.pem')),
          key: readFileSync(join(fixtures, 'orders.test.key.pem')),
        },
        () => {
          told = true;
        },
      ),
    );
    process.env.NODE_TLS_REJECT_UNAUTHORIZED = '0';
    try {
      expect(await post(`https://localhost:${port}/`)).toEqual(unanswered('tls_failed'));
    } finally {
      delete process.env.NODE_TLS_REJECT_UNAUTHORIZED;
    }
    expect(told).toBe(false);
  });
});
