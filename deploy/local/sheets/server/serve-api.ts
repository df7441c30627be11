import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { type ApiResult, callMethod } from '../api/call-method';
import {
  badRequest,
  GoogleError,
  type GoogleStatus,
  notAuthenticated,
  notFound,
  notModelled,
  notPermitted,
} from '../api/google-error';
import { type Route, routeOf } from '../api/route';
import { readToken } from '../google/access-token';
import { type Quota, quotaExceeded } from '../google/quota';
import type { ServiceAccountFile } from '../google/service-account';
import { mayCall } from '../model/spreadsheet';
import { type Answer, sendJson, sendWithFault } from './answer';
import type { CallLog } from './call-log';
import type { Call, Fault, Faults } from './fault';
import type { Hooks } from './hooks';
import { BodyTooLong, readBody } from './read-body';
import type { Store } from './store';

export interface ApiParts {
  readonly store: Store;
  readonly quota: Quota;
  readonly faults: Faults;
  readonly hooks: Hooks;
  readonly log: CallLog;
  /** Of quotas and the call log; tokens follow the wall clock, as their owner does. */
  readonly clock: () => number;
  readonly baseUrl: () => string;
  /** Aborted when the server closes. */
  readonly closing: AbortSignal;
}

/** Google's, in bytes. */
const MOST_BYTES = 10_485_760;

/** Answers one request to the Sheets API, as Google would or as an injected fault has it. */
export async function serveApi(parts: ApiParts, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://sheets');
  const route = routeOf(request.method ?? '', url.pathname);
  if (route === undefined)
    return sendJson(response, answerOf(notModelled(`${request.method} ${url.pathname.replace(/[^/:]{15,}/g, '…')}`)));
  let body: unknown;
  let bytes = 0;
  try {
    const text = await readBody(request, MOST_BYTES);
    bytes = Buffer.byteLength(text);
    body = parseJson(text);
  } catch (error) {
    if (error instanceof GoogleError) return sendJson(response, answerOf(error));
    if (!(error instanceof BodyTooLong)) throw error;
    return sendJson(
      response,
      answerOf(badRequest(`Request payload size exceeds the limit: ${MOST_BYTES} bytes.`), { connection: 'close' }),
    );
  }
  const account = callerOf(parts.store, request);
  const call: Call = { ...route, account: account?.client_email };
  const barred = account === undefined ? notAuthenticated() : overQuota(parts.quota, route, account);
  if (account === undefined || barred !== undefined) {
    record(parts, call, { bytes, status: barred?.code });
    return sendJson(response, answerOf(barred ?? notAuthenticated()));
  }
  const fault = parts.faults.take(call);
  if (fault?.do === 'delay') await sleep(fault.ms, undefined, { signal: parts.closing });
  if (fault?.do === 'hang' || fault?.do === 'drop_before') {
    record(parts, call, { bytes, fault, status: undefined });
    if (fault.do === 'drop_before') response.destroy();
    return;
  }

  let result: ApiResult = { answer: {} };
  let answer: Answer;
  try {
    if (fault?.do === 'refuse') throw refusal(fault, route, account);
    await parts.hooks.run('before', call);
    const { spreadsheetId } = route;
    const spreadsheet = parts.store.spreadsheet(spreadsheetId);
    if (spreadsheet === undefined) throw notFound();
    if (!mayCall(spreadsheet, account.client_email, route.kind)) throw notPermitted();
    const { project_id: project } = account;
    // From looking at the spreadsheet to putting the changed one in its place nothing else runs: that is what makes a call atomic.
    result = callMethod(spreadsheet, { route, query: url.searchParams, body, project, baseUrl: parts.baseUrl() });
    if (result.spreadsheet !== undefined) await parts.store.put(result.spreadsheet);
    answer = { status: 200, body: result.answer };
    await parts.hooks.run('after', call);
  } catch (error) {
    if (!(error instanceof GoogleError)) throw error;
    const wait = fault?.do === 'refuse' ? fault.retry_after_seconds : undefined;
    answer = answerOf(error, wait === undefined ? {} : { 'retry-after': String(wait) });
  }
  // The call is in the log before anybody can know how it ended.
  const told = fault === undefined || !['drop_after_commit', 'cut_answer', 'hang_after_commit'].includes(fault.do);
  record(parts, call, { bytes, fault, result, status: told ? answer.status : undefined });
  await sendWithFault(response, answer, fault, parts.closing);
}

/** Google counts the calls that it then refuses for another reason, so this comes before any other. */
function overQuota(
  quota: Quota,
  { kind }: Route,
  { client_email, project_id }: ServiceAccountFile,
): GoogleError | undefined {
  return quota.take(kind, client_email, project_id);
}

function record(
  { log, clock }: ApiParts,
  call: Call,
  {
    bytes,
    status,
    fault,
    result = {},
  }: {
    readonly bytes: number;
    readonly status: number | undefined;
    readonly fault?: Fault | undefined;
    readonly result?: Partial<ApiResult>;
  },
): void {
  const { spreadsheet, requests = 0, rowsRead = 0, rowsWritten = 0 } = result;
  const { method, kind, spreadsheetId, account } = call;
  const committed = spreadsheet !== undefined;
  log.add({
    at: clock(),
    method,
    kind,
    spreadsheetId,
    account,
    requests,
    rowsRead,
    rowsWritten,
    bytes,
    committed,
    status,
    fault: fault?.do,
  });
}

function callerOf(store: Store, request: IncomingMessage): ServiceAccountFile | undefined {
  const token = /^Bearer (\S+)$/i.exec(request.headers.authorization ?? '')?.[1];
  const email = token === undefined ? undefined : readToken(store.tokens(), token, Date.now());
  return email === undefined ? undefined : store.accounts().get(email);
}

const REFUSALS: Readonly<Record<number, readonly [GoogleStatus, string]>> = {
  400: ['INVALID_ARGUMENT', 'Request contains an invalid argument.'],
  409: ['ABORTED', 'The operation was aborted.'],
  500: ['INTERNAL', 'Internal error encountered.'],
  503: ['UNAVAILABLE', 'The service is currently unavailable.'],
};

function refusal(
  { status, message: words }: Extract<Fault, { do: 'refuse' }>,
  { kind }: Route,
  account: ServiceAccountFile,
): GoogleError {
  if (status === 401) return notAuthenticated();
  if (status === 403) return notPermitted();
  if (status === 404) return notFound();
  if (status === 429) return quotaExceeded(kind, 'user', account.project_id, 60);
  const [name, message] = REFUSALS[status] ?? ['INTERNAL', 'Internal error encountered.'];
  return new GoogleError(name, words ?? message);
}

function answerOf(error: GoogleError, headers: Record<string, string> = {}): Answer {
  return { status: error.code, body: error.body(), headers };
}

function parseJson(text: string): unknown {
  if (text === '') return {};
  try {
    return JSON.parse(text);
  } catch {
    throw badRequest('Invalid JSON payload received.');
  }
}
