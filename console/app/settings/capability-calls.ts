import { type Api, PATIENT_TIMEOUT_MS } from '../api/client';
import type { Capabilities, CapabilitiesChange } from '../api/wire';

export async function getCapabilities(api: Api, signal?: AbortSignal): Promise<Capabilities> {
  return (await api.get<{ capabilities: Capabilities }>('/api/capabilities', undefined, signal)).capabilities;
}

/** Changes what is named. Where that concerns the sheet, the server tries the sheet before it answers. */
export async function changeCapabilities(api: Api, change: CapabilitiesChange): Promise<Capabilities> {
  const path = '/api/capabilities';
  return (await api.send<{ capabilities: Capabilities }>('PUT', path, change, PATIENT_TIMEOUT_MS)).capabilities;
}
