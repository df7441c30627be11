import { violationsOf } from '../api/api-error';
import type { Capabilities, CapabilitiesChange } from '../api/wire';
import { type Action, useAction } from '../parts/use-action';
import { useSession } from '../session/session';
import { useMessages } from '../shell/messages';
import { changeCapabilities } from './capability-calls';

export interface SectionProps {
  readonly capabilities: Capabilities;
  readonly onChanged: (capabilities: Capabilities) => void;
}

/** Saves a change of the settings, says so, and hands on what they are now. `problems`: what the API found wrong, by field. */
export function useChange(
  onChanged: (capabilities: Capabilities) => void,
): Action<[change: CapabilitiesChange, said: string]> & { readonly problems: ReadonlyMap<string, string> } {
  const { api } = useSession();
  const { toast } = useMessages();
  const action = useAction(async (change: CapabilitiesChange, said: string) => {
    onChanged(await changeCapabilities(api, change));
    toast(said);
  });
  return { ...action, problems: action.error === undefined ? new Map() : violationsOf(action.error) };
}
