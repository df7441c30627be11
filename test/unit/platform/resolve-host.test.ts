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
  return createResolveHost({ servers: [await nameServer(reply)], timeoutMs: 200 });
}

describe('a host name', () => {
  it('is looked up at the name servers', async () => {
    expect(await (await resolverAt('93.184.215.14'))('shop.example')).toEqual(['93.184.215.14']);
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
    const send = createPostGuarded({ allowLoopback: false, timeoutMs: 3_000, resolve: await resolverAt(reply) });
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
    const send = createPostGuarded({ allowLoopback: false, timeoutMs: 3_000, resolve });
    expect(await send({ url: 'https://shop.example/', headers: {}, body: Buffer.from('x') })).toEqual({
      kind: 'unanswered',
      cause: 'name_not_resolved',
    });
  });
});
