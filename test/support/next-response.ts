import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { ServerResponse } from 'node:http';

const CHANNEL = 'http.server.request.start';

/** The answer that a server of this process gives to the next request, as the server has it, from the moment it came. */
export function nextResponse(): Promise<ServerResponse> {
  return new Promise((resolve) => {
    subscribe(CHANNEL, take);
    function take(message: unknown): void {
      unsubscribe(CHANNEL, take);
      resolve((message as { readonly response: ServerResponse }).response);
    }
  });
}
