import { createServer, type Socket, connect as tcpConnect } from 'node:net';
import { keptPort } from './kept-port';

/** A line to a server that can fail in the ways lines do. It starts out passing everything. */
export interface TcpProxy {
  /** `127.0.0.1:<port>`; stays the same through all of its failures. */
  readonly address: string;
  readonly port: number;
  /** Works again, also for the connections that hung. */
  restore(): Promise<void>;
  /** Cuts every connection and refuses new ones: the server is down. */
  refuse(): Promise<void>;
  /** Nothing moves any more, nothing is closed, new connections are accepted and stay silent: the network is gone. */
  hang(): void;
  /** Over the connections that are there, what is asked arrives and nothing comes back. */
  mute(): void;
  /** Cuts every connection once; new ones pass: the server was restarted. */
  drop(): void;
  close(): Promise<void>;
}

interface Line {
  readonly near: Socket;
  readonly far: Socket;
}

/** Puts a line in front of `target` (`host:port`). */
export async function startTcpProxy(target: string): Promise<TcpProxy> {
  const { hostname, port: targetPort } = new URL(`tcp://${target}`);
  const lines = new Set<Line>();
  let hanging = false;

  const server = createServer((near) => {
    const line = { near, far: tcpConnect(Number(targetPort), hostname) };
    lines.add(line);
    forward(line.near, line.far);
    forward(line.far, line.near);
    const end = () => {
      lines.delete(line);
      near.destroy();
      line.far.destroy();
    };
    near.on('close', end).on('error', () => undefined);
    line.far.on('close', end).on('error', () => undefined);
    if (hanging) still(line);
  });

  function forward(from: Socket, to: Socket): void {
    from.on('data', (chunk) => {
      if (to.write(chunk)) return;
      from.pause();
      to.once('drain', () => {
        if (!hanging) from.resume();
      });
    });
  }

  function still({ near, far }: Line): void {
    near.pause();
    far.pause();
  }

  function drop(): void {
    for (const { near, far } of lines) {
      near.resetAndDestroy();
      far.destroy();
    }
  }

  const listen = (port: number) =>
    new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(port, '127.0.0.1', () => {
        server.off('error', reject);
        resolve();
      });
    });
  const refuse = () =>
    new Promise<void>((resolve) => {
      hanging = false;
      drop();
      if (server.listening) server.close(() => resolve());
      else resolve();
    });

  await listen(await keptPort());
  const bound = server.address();
  const port = typeof bound === 'object' && bound !== null ? bound.port : 0;
  return {
    address: `127.0.0.1:${port}`,
    port,
    refuse,
    close: refuse,
    drop,
    async restore() {
      hanging = false;
      for (const { near, far } of lines) {
        near.resume();
        far.resume();
      }
      if (!server.listening) await listen(port);
    },
    hang() {
      hanging = true;
      for (const line of lines) still(line);
    },
    mute() {
      for (const { far } of lines) far.pause();
    },
  };
}
