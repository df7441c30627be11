import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { issueToken } from '../google/access-token';
import { judgeGrant } from '../google/token-grant';
import { type Answer, sendWithFault } from './answer';
import type { Call, Fault } from './fault';
import { readBody } from './read-body';
import type { ApiParts } from './serve-api';

/** Seconds; Google says one less than an hour. */
const LIFETIME_S = 3_599;
const MOST_BYTES = 64_000;

/** Answers `POST /token`: a service account's signed assertion for a bearer token. */
export async function serveToken(parts: ApiParts, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const form = new URLSearchParams(await readBody(request, MOST_BYTES));
  const now = Date.now();
  const judged = judgeGrant(form, parts.store.accounts(), now);
  const account = 'error' in judged ? undefined : judged.client_email;
  const call: Call = { method: 'token', kind: 'token', spreadsheetId: undefined, account };
  const fault = parts.faults.take(call);
  const record = (status: number | undefined): void =>
    parts.log.add({ ...call, at: parts.clock(), ...NOTHING, status, fault: fault?.do });
  if (fault?.do === 'delay') await sleep(fault.ms, undefined, { signal: parts.closing });
  if (fault?.do === 'hang' || fault?.do === 'drop_before') {
    record(undefined);
    if (fault.do === 'drop_before') response.destroy();
    return;
  }
  await parts.hooks.run('before', call);
  let answer: Answer;
  if (fault?.do === 'refuse') answer = refused(fault);
  else if ('error' in judged) answer = { status: 400, body: judged };
  else {
    const access_token = issueToken(parts.store.tokens(), judged.client_email, now + LIFETIME_S * 1_000);
    answer = { status: 200, body: { access_token, expires_in: LIFETIME_S, token_type: 'Bearer' } };
  }
  record(answer.status);
  await sendWithFault(response, answer, fault, parts.closing);
}

const NOTHING = { requests: 0, rowsRead: 0, rowsWritten: 0, bytes: 0, committed: false };

function refused({ status, retry_after_seconds: wait }: Extract<Fault, { do: 'refuse' }>): Answer {
  const error = status >= 500 ? 'internal_failure' : status === 429 ? 'rate_limit_exceeded' : 'invalid_grant';
  return {
    status,
    body: { error, error_description: 'Refused by an injected fault.' },
    ...(wait !== undefined && { headers: { 'retry-after': String(wait) } }),
  };
}
