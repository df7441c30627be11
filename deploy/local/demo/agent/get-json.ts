import { CALL_TIMEOUT_MS, type Call } from '../order-door';
import { restHeaders } from '../rest-door';

/** Reads over REST, for an answer that is still to be checked. */
export async function getJson(url: string, call: Call): Promise<unknown> {
  const response = await fetch(url, { headers: restHeaders(call), signal: AbortSignal.timeout(CALL_TIMEOUT_MS) });
  return response.json();
}
