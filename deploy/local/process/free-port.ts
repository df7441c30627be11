import { createServer, type Server } from 'node:net';

/**
 * As many different TCP ports of 127.0.0.1 that nobody listens on right now. They are held open until all are known, so
 * no two are equal; another process may still take one before it is used.
 */
export async function freePorts(count: number): Promise<number[]> {
  const servers = await Promise.all(Array.from({ length: count }, () => listen(0)));
  const ports = servers.map((server) => {
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('a listening TCP server has an address');
    return address.port;
  });
  await Promise.all(servers.map(close));
  return ports;
}

/** One port as {@link freePorts} gives them. */
export async function freePort(): Promise<number> {
  const [port] = await freePorts(1);
  if (port === undefined) throw new Error('one port was asked for');
  return port;
}

/** Whether a server could listen on this port of 127.0.0.1, or of all addresses, now. */
export async function isPortFree(port: number): Promise<boolean> {
  // On macOS one may listen on 127.0.0.1 although somebody listens on the port of all addresses, and the other way
  // round; whoever calls then reaches either. So both must be free.
  for (const host of ['127.0.0.1', '0.0.0.0']) {
    try {
      await close(await listen(port, host));
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'EADDRINUSE' || code === 'EACCES') return false;
      throw error;
    }
  }
  return true;
}

function listen(port: number, host = '127.0.0.1'): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen({ port, host, exclusive: true }, () => resolve(server));
  });
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => server.close(() => resolve()));
}
