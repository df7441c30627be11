import type { ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Fault } from './fault';

export interface Answer {
  readonly status: number;
  readonly body: object;
  readonly headers?: Readonly<Record<string, string>>;
}

const DRIP_PIECES = 20;

export function sendJson(response: ServerResponse, { status, body, headers }: Answer): void {
  const text = JSON.stringify(body);
  response.writeHead(status, head(text, headers)).end(text);
}

/**
 * Answers a call the way an injected fault has it, which is met after everything was done.
 * @returns whether the caller was sent the whole answer.
 */
export async function sendWithFault(
  response: ServerResponse,
  answer: Answer,
  fault: Fault | undefined,
  signal: AbortSignal,
): Promise<boolean> {
  const text = JSON.stringify(answer.body);
  switch (fault?.do) {
    case 'drop_after_commit':
      response.destroy();
      return false;
    case 'hang_after_commit':
      return false;
    case 'cut_answer':
      response.writeHead(answer.status, head(text, answer.headers));
      await new Promise((resolve) => response.write(text.slice(0, Math.ceil(text.length / 2)), resolve));
      response.destroy();
      return false;
    case 'drip':
      response.writeHead(answer.status, head(text, answer.headers));
      for (let piece = 0; piece < DRIP_PIECES; piece++) {
        await sleep(fault.over_ms / DRIP_PIECES, undefined, { signal });
        if (response.destroyed) return false;
        response.write(part(text, piece));
      }
      response.end();
      return true;
    default:
      sendJson(response, answer);
      return true;
  }
}

function part(text: string, piece: number): Buffer {
  const bytes = Buffer.from(text);
  const size = Math.ceil(bytes.length / DRIP_PIECES);
  return bytes.subarray(piece * size, (piece + 1) * size);
}

function head(text: string, headers: Answer['headers']): Record<string, string | number> {
  return {
    'content-type': 'application/json; charset=UTF-8',
    'content-length': Buffer.byteLength(text),
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    ...headers,
  };
}
