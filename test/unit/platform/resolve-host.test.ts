import { createSocket, type Socket } from 'node:dgram';
import { createPostGuarded } from '../../../platform/post-guarded';
import { createResolveHost } from '../../../platform/resolve-host';

/** What the name server says: an IPv4 address, an error code of RFC 1035, or nothing. */
type Reply = string | { readonly code: number } | undefined;

const open: Socket[] = [];
afterEach(() => {
  for (const socket of open.splice(0)) socket.close();
});

/** A name server of one answer, over real packets. It knows no IPv6. */
async function nameServer(reply: Reply): Promise<string> {
  const socket = createSocket('udp4');
  open.push(socket);
  socket.on('message', (query, from) => {
    if (reply === undefined) return;
    const end = query.indexOf(0, 12) + 5;
    const isA = query.readUInt16BE(end - 4) === 1;
    const address = typeof reply === 'string' && isA ? reply.split('.').map(Number) : undefined;
    const header = Buffer.alloc(12);
    query.copy(header, 0, 0, 2);
    header.writeUInt16BE(0x8180 | (typeof reply === 'string' ? 0 : reply.code), 2);
    header.writeUInt16BE(1, 4);
    header.writeUInt16BE(address === undefined ? 0 : 1, 6);
    const answer = address === undefined ? [] : [0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, ...address];
    socket.send(Buffer.concat([header, query.subarray(12, end), Buffer.from(answer)]), from.port, from.address);
  });
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve));
  return `127.0.0.1:${socket.address().port}`;
}

async function resolverAt(reply: Reply) {
  return createResolveHost({ servers: [await nameServer(reply)], timeoutMs: reply === undefined ? 200 : 5_000 });
}

/** A name server that has other answers for AAAA: an address, none, or silence, as some servers of the world. */
async function nameServerOf6(a: string | undefined, aaaa: string | 'none' | 'silence'): Promise<string> {
  const socket = createSocket('udp4');
  open.push(socket);
  socket.on('message', (query, from) => {
    const end = query.indexOf(0, 12) + 5;
    const type = query.readUInt16BE(end - 4);
    const bytes = type === 1 ? a?.split('.').map(Number) : aaaa === 'none' ? undefined : bytesOf(aaaa);
    if (type !== 1 && aaaa === 'silence') return;
    const header = Buffer.from([0, 0, 0x81, 0x80, 0, 1, 0, bytes === undefined ? 0 : 1, 0, 0, 0, 0]);
    query.copy(header, 0, 0, 2);
    const answer = bytes === undefined ? [] : [0xc0, 12, 0, type, 0, 1, 0, 0, 0, 60, 0, bytes.length, ...bytes];
    socket.send(Buffer.concat([header, query.subarray(12, end), Buffer.from(answer)]), from.port, from.address);
  });
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve));
  return `127.0.0.1:${socket.address().port}`;
}

/** Of an IPv6 address with all of its eight groups. */
const bytesOf = (address: string) =>
  address.split(':').flatMap((group) => [Number.parseInt(group, 16) >> 8, Number.parseInt(group, 16) & 255]);

describe('a host name', () => {
  it('is looked up at the name servers', async () => {
    expect(await (await resolverAt('93.184.215.14'))('shop.example')).toEqual(['93.184.215.14']);
  });

  it('that has addresses of both kinds leads to all of them, IPv4 first; one that has IPv6 alone to that', async () => {
    const v6 = '2606:2800:21f:cb07:6820:80da:af6b:8b2c';
    const both = createResolveHost({ servers: [await nameServerOf6('93.184.215.14', v6)] });
    expect(await both('shop.example')).toEqual(['93.184.215.14', v6]);
    const alone = createResolveHost({ servers: [await nameServerOf6(undefined, v6)] });
    expect(await alone('shop.example')).toEqual([v6]);
    const none = createResolveHost({ servers: [await nameServerOf6(undefined, 'none')] });
    await expect(none('shop.example')).rejects.toMatchObject({ syscall: 'queryA' });
  });

  it('is known once IPv4 is, however many name servers say nothing of IPv6', async () => {
    const servers = await Promise.all([1, 2, 3].map(() => nameServerOf6('93.184.215.14', 'silence')));
    const resolve = createResolveHost({ servers });
    const begin = performance.now();
    expect(await resolve('shop.example')).toEqual(['93.184.215.14']);
    // To wait for all of them takes 16 s: longer than a delivery may take, however often it is tried.
    expect(performance.now() - begin).toBeLessThan(10_000);
  });

  it('that is localhost is this machine, whatever a name server says', async () => {
    const resolve = await resolverAt('93.184.215.14');
    for (const name of ['localhost', 'LocalHost.', 'hooks.localhost']) {
      expect(await resolve(name)).toEqual(['127.0.0.1', '::1']);
    }
  });

  it.each<[string, Reply]>([
    ['exist', { code: 3 }],
    ['get an answer from a server that fails', { code: 2 }],
    ['get an answer at all', undefined],
  ])('that does not %s is an error', async (_, reply) => {
    await expect((await resolverAt(reply))('shop.example')).rejects.toMatchObject({ syscall: 'queryA' });
  });
});

describe('a post to a name', () => {
  const post = async (reply: Reply) => {
    const send = createPostGuarded({ allowLoopback: false, timeoutMs: 20_000, resolve: await resolverAt(reply) });
    return send({ url: 'https://shop.example/', headers: {}, body: Buffer.from('x') });
  };

  it.each(['169.254.169.254', '10.0.0.7', '127.0.0.1', '0.0.0.0', '100.64.0.1'])(
    'that its owner points at %s goes nowhere',
    async (address) => {
      expect(await post(address)).toEqual({ kind: 'unanswered', cause: 'forbidden_address' });
    },
  );

  it.each<Reply>([{ code: 3 }, { code: 2 }, undefined])('that is not resolved says so', async (reply) => {
    expect(await post(reply)).toEqual({ kind: 'unanswered', cause: 'name_not_resolved' });
  });

  it('says so too where the name server itself cannot be reached', async () => {
    const resolve = createResolveHost({ servers: ['127.0.0.1:1'], timeoutMs: 200 });
    const send = createPostGuarded({ allowLoopback: false, timeoutMs: 20_000, resolve });
    expect(await send({ url: 'https://shop.example/', headers: {}, body: Buffer.from('x') })).toEqual({
      kind: 'unanswered',
      cause: 'name_not_resolved',
    });
  });
});
