import { useState } from 'preact/hooks';
import { Button } from '../parts/button';
import { Failure } from '../parts/failure';
import { Switch } from '../parts/field';
import { useSession } from '../session/session';
import { durationOf, durationProblem, secondsOf } from './duration';
import { DurationField } from './duration-field';
import { type SectionProps, useChange } from './use-change';

/** The API's bounds, in seconds: a minute to thirty days. */
const EXPIRY = { min: 60, max: 2_592_000 };
/** What is offered to whoever switches it on. */
const SUGGESTED_SECONDS = 7_200;

/** What becomes of orders that nobody confirms. */
export function ExpirySettings({ capabilities, onChanged }: SectionProps) {
  const { can } = useSession();
  const seconds = capabilities.pending_order_expiry_seconds;
  const [on, setOn] = useState(seconds !== null);
  const [after, setAfter] = useState(durationOf(seconds ?? SUGGESTED_SECONDS));
  const change = useChange(onChanged);
  const problem = on ? durationProblem(after, EXPIRY) : undefined;
  const isReadOnly = !can('admin');
  const wanted = on ? secondsOf(after) : null;
  return (
    <section class="card" aria-labelledby="expiry-title">
      <h2 id="expiry-title">Orders nobody confirms</h2>
      <form
        class="form"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          if (problem === undefined) change.run({ pending_order_expiry_seconds: wanted }, 'Saved');
        }}
      >
        <Switch
          label="Cancel pending orders after a while"
          hint="For orders that come in from now on. Off: they wait until somebody moves them."
          checked={on}
          disabled={isReadOnly}
          onChange={setOn}
        />
        {on ? (
          <DurationField
            label="Cancel after"
            hint="Counted from when the order came in."
            problem={problem ?? change.problems.get('pending_order_expiry_seconds')}
            units={['minutes', 'hours', 'days']}
            disabled={isReadOnly}
            value={after}
            onChange={setAfter}
          />
        ) : null}
        {change.error === undefined || change.problems.size > 0 ? null : <Failure error={change.error} />}
        {isReadOnly ? null : (
          <div class="actions">
            <Button look="primary" type="submit" busy={change.busy} disabled={wanted === seconds}>
              {change.busy ? 'Saving…' : 'Save'}
            </Button>
          </div>
        )}
      </form>
    </section>
  );
}
