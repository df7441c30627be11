import { Failure } from '../parts/failure';
import { Switch } from '../parts/field';
import { useSession } from '../session/session';
import { type SectionProps, useChange } from './use-change';

/** The switch that matters most: whether AI agents may book at all. */
export function AgentSettings({ capabilities, onChanged }: SectionProps) {
  const { can } = useSession();
  const change = useChange(onChanged);
  const isOn = capabilities.order_booking_enabled;
  return (
    <section class="card" aria-labelledby="agents-title">
      <h2 id="agents-title">AI agents</h2>
      <Switch
        label="AI agents may book orders"
        hint={
          isOn
            ? 'Every order needs the customer’s explicit yes to its summary.'
            : 'Agents are turned away, also in the middle of a conversation. Orders from elsewhere go on.'
        }
        checked={isOn}
        busy={change.busy}
        disabled={!can('admin')}
        onChange={(on) =>
          change.run(
            { order_booking_enabled: on },
            on ? 'AI agents may book again' : 'AI booking is off: agents are turned away from now on',
          )
        }
      />
      {change.error === undefined ? null : <Failure error={change.error} />}
    </section>
  );
}
