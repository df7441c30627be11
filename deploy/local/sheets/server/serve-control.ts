import type { IncomingMessage, ServerResponse } from 'node:http';
import * as z from 'zod';
import { PersonActionError, personAction } from '../model/person-action';
import { sendJson } from './answer';
import { callMatch, faultRule } from './fault';
import { type ModelControl, NoSpreadsheet } from './model-control';
import { readBody } from './read-body';
import { isJson } from './same-origin';

const MOST_BYTES = 1_000_000;
const perMinute = z.int().min(0).max(1_000_000).optional();

const newSpreadsheet = z.strictObject({
  id: z
    .string()
    .regex(/^[A-Za-z0-9_-]{1,100}$/)
    .optional(),
  title: z.string().min(1).max(200).optional(),
  share_with: z.array(z.email()).optional(),
});
const newAccount = z.strictObject({ name: z.string().regex(/^[a-z][a-z0-9-]{0,60}$/) });
const quotaChange = z.strictObject({
  reads_per_account: perMinute,
  writes_per_account: perMinute,
  reads_per_project: perMinute,
  writes_per_project: perMinute,
});
const hook = z.strictObject({
  when: z.enum(['before', 'after']).default('before'),
  match: callMatch.default({}),
  action: personAction,
});

interface ControlCall {
  readonly control: ModelControl;
  /** The id in the path. */
  readonly id: string;
  readonly body: unknown;
  readonly query: URLSearchParams;
}
type Handler = (call: ControlCall) => unknown;

/** The model's own API, under `/_model`: what is behind it is {@link ModelControl}. */
const ROUTES: readonly (readonly [verb: string, path: RegExp, handler: Handler])[] = [
  [
    'GET',
    /^\/spreadsheets$/,
    ({ control }) => ({
      spreadsheets: control.spreadsheets().map(({ id, title, sharedWith, tabs }) => ({
        id,
        title,
        shared_with: sharedWith,
        tabs: tabs.map((tab) => tab.title),
      })),
    }),
  ],
  [
    'POST',
    /^\/spreadsheets$/,
    async ({ control, body }) => {
      const { id, title, share_with } = newSpreadsheet.parse(body);
      return {
        id: await control.createSpreadsheet({
          ...(id && { id }),
          ...(title && { title }),
          ...(share_with && { shareWith: share_with }),
        }),
      };
    },
  ],
  ['GET', /^\/spreadsheets\/([^/]+)$/, ({ control, id }) => control.spreadsheet(id)],
  [
    'GET',
    /^\/spreadsheets\/([^/]+)\/rows$/,
    ({ control, id, query }) => ({ rows: control.rows(id, query.get('tab') ?? 'Orders') ?? null }),
  ],
  [
    'POST',
    /^\/spreadsheets\/([^/]+)\/actions$/,
    async ({ control, id, body }) => {
      await control.act(id, personAction.parse(body));
      return { revision: control.spreadsheet(id).revision };
    },
  ],
  [
    'POST',
    /^\/spreadsheets\/([^/]+)\/hooks$/,
    ({ control, id, body }) => {
      const { when, match, action } = hook.parse(body);
      control.spreadsheet(id);
      const atNext = when === 'before' ? control.beforeNext : control.afterNext;
      atNext({ ...match, spreadsheet_id: id }, () => control.act(id, action));
      return {};
    },
  ],
  ['GET', /^\/faults$/, ({ control }) => ({ faults: control.faults() })],
  ['POST', /^\/faults$/, ({ control, body }) => ({ id: control.fail(faultRule.parse(body)) })],
  ['DELETE', /^\/faults$/, ({ control }) => healed(control)],
  ['DELETE', /^\/faults\/(\d{1,9})$/, ({ control, id }) => healed(control, Number(id))],
  ['GET', /^\/quota$/, ({ control }) => quotaTold(control)],
  [
    'PUT',
    /^\/quota$/,
    ({ control, body }) => {
      const given = quotaChange.parse(body);
      control.setQuota(
        defined({
          readsPerAccount: given.reads_per_account,
          writesPerAccount: given.writes_per_account,
          readsPerProject: given.reads_per_project,
          writesPerProject: given.writes_per_project,
        }),
      );
      return quotaTold(control);
    },
  ],
  [
    'DELETE',
    /^\/quota\/used$/,
    ({ control }) => {
      control.resetQuota();
      return {};
    },
  ],
  ['GET', /^\/calls$/, ({ control, query }) => ({ calls: control.calls(callMatch.parse(Object.fromEntries(query))) })],
  [
    'DELETE',
    /^\/calls$/,
    ({ control }) => {
      control.clearCalls();
      return {};
    },
  ],
  ['POST', /^\/accounts$/, async ({ control, body }) => control.serviceAccount(newAccount.parse(body).name)],
  [
    'DELETE',
    /^\/tokens$/,
    async ({ control }) => {
      await control.revokeTokens();
      return {};
    },
  ],
];

/** Answers a request under `/_model` that {@link isForeign} let pass. */
export async function serveControl(
  control: ModelControl,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { pathname, searchParams: query } = new URL(request.url ?? '/', 'http://sheets');
  const path = pathname.replace(/^\/_model/, '');
  const refuse = (status: number, message: string): void => sendJson(response, { status, body: { error: message } });
  for (const [verb, pattern, handler] of ROUTES) {
    const match = verb === request.method ? pattern.exec(path) : null;
    if (match === null) continue;
    if (verb !== 'GET' && !isJson(request)) return refuse(415, 'Content-Type must be application/json');
    try {
      const text = verb === 'GET' ? '' : await readBody(request, MOST_BYTES);
      const body: unknown = text === '' ? {} : JSON.parse(text);
      const answer = await handler({ control, id: decodeURIComponent(match[1] ?? ''), body, query });
      return sendJson(response, { status: 200, body: answer as object });
    } catch (error) {
      if (error instanceof NoSpreadsheet) return refuse(404, error.message);
      if (error instanceof PersonActionError) return refuse(409, error.message);
      if (error instanceof z.ZodError) return refuse(400, z.prettifyError(error));
      if (error instanceof SyntaxError || error instanceof URIError)
        return refuse(400, 'not valid JSON, or not a valid path');
      throw error;
    }
  }
  return refuse(404, 'no such thing in the model');
}

function healed(control: ModelControl, id?: number): object {
  control.heal(id);
  return { faults: control.faults() };
}

function quotaTold(control: ModelControl): object {
  const { readsPerAccount, writesPerAccount, readsPerProject, writesPerProject } = control.quota();
  return {
    reads_per_account: readsPerAccount,
    writes_per_account: writesPerAccount,
    reads_per_project: readsPerProject,
    writes_per_project: writesPerProject,
  };
}

function defined<T extends object>(given: { [K in keyof T]: T[K] | undefined }): Partial<T> {
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) as Partial<T>;
}
