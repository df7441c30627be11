import { createServer, type Server } from 'node:net';
import { choosePorts } from '../../../deploy/local/stack/choose-ports';
import { keptPort } from '../../support/kept-port';

describe('choosing ports', () => {
  const servers: Server[] = [];

  afterEach(async () => {
    for (const server of servers.splice(0)) await new Promise((resolve) => server.close(resolve));
  });

  async function listen(host: string): Promise<number> {
    const port = await keptPort();
    const server = createServer();
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(port, host, resolve));
    return port;
  }

  it('keeps a port that nobody listens on', async () => {
    const port = await keptPort();
    const chosen = await choosePorts([{ variable: 'HTTP_PORT', what: 'the REST API', port }]);
    expect(chosen.get('HTTP_PORT')).toBe(port);
  });

  it('gives each 0 a free port of its own', async () => {
    const wanted = ['A', 'B', 'C', 'D'].map((variable) => ({ variable, what: variable, port: 0 }));
    const ports = [...(await choosePorts(wanted)).values()];
    expect(new Set(ports).size).toBe(4);
    expect(ports.every((port) => port > 0)).toBe(true);
  });

  it.each(['127.0.0.1', '0.0.0.0'])('says which port is taken on %s, for what, and how to change it', async (host) => {
    const port = await listen(host);
    const choosing = choosePorts([{ variable: 'HTTP_PORT', what: 'the REST API', port }]);
    await expect(choosing).rejects.toThrow(new RegExp(`^Port ${port} \\(for the REST API\\) is taken: .*HTTP_PORT=`));
  });

  it('names every problem at once, one line each', async () => {
    const [first, second] = [await listen('127.0.0.1'), await keptPort()];
    const choosing = choosePorts([
      { variable: 'HTTP_PORT', what: 'the REST API', port: first },
      { variable: 'GRPC_PORT', what: 'the gRPC API', port: second },
      { variable: 'POSTGRES_PORT', what: 'Postgres', port: second },
    ]);
    const error = await choosing.catch((reason: Error) => reason);
    expect(String(error).split('\n')).toEqual([
      expect.stringContaining(`Port ${first}`),
      `Port ${second} is wanted by the gRPC API (GRPC_PORT) and Postgres (POSTGRES_PORT).`,
    ]);
  });
});
