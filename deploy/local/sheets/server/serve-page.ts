import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Quota } from '../google/quota';
import { sendJson } from './answer';
import type { CallLog } from './call-log';
import type { ModelControl } from './model-control';
import type { Store } from './store';

export interface PageParts {
  readonly control: ModelControl;
  readonly store: Store;
  readonly log: CallLog;
  readonly quota: Quota;
}

export async function servePage(_parts: PageParts, _request: IncomingMessage, response: ServerResponse): Promise<void> {
  sendJson(response, { status: 404, body: { error: 'no page yet' } });
}
