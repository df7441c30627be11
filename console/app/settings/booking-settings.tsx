import { useState } from 'preact/hooks';
import type { BookingLocale } from '../api/wire';
import { Button } from '../parts/button';
import { Failure } from '../parts/failure';
import { Field } from '../parts/field';
import { useSession } from '../session/session';
import { durationOf, durationProblem, secondsOf } from './duration';
import { DurationField } from './duration-field';
import { type SectionProps, useChange } from './use-change';

/** The API's bounds, in seconds. */
const IDLE = { min: 60, max: 86_400 };
const YES = { min: 30, max: 3_600 };

/** How the agents' conversations run. */
export function BookingSettings({
  capabilities,
  onChanged,
  locales,
}: SectionProps & { readonly locales: Readonly<Record<BookingLocale, string>> }) {
  const { can } = useSession();
  const [locale, setLocale] = useState(capabilities.booking_locale);
  const [idle, setIdle] = useState(durationOf(capabilities.booking_idle_expiry_seconds));
  const [yes, setYes] = useState(durationOf(capabilities.confirmation_expiry_seconds));
  const [phrases, setPhrases] = useState(capabilities.confirmation_phrases.join('\n'));
  const change = useChange(onChanged);

  const idleProblem = durationProblem(idle, IDLE);
  const yesProblem = durationProblem(yes, YES);
  const wanted = {
    booking_locale: locale,
    booking_idle_expiry_seconds: secondsOf(idle),
    confirmation_expiry_seconds: secondsOf(yes),
    confirmation_phrases: linesOf(phrases),
  };
  const isReadOnly = !can('admin');
  const isChanged =
    locale !== capabilities.booking_locale ||
    wanted.booking_idle_expiry_seconds !== capabilities.booking_idle_expiry_seconds ||
    wanted.confirmation_expiry_seconds !== capabilities.confirmation_expiry_seconds ||
    wanted.confirmation_phrases.join('\n') !== capabilities.confirmation_phrases.join('\n');
  const phraseProblem = [...change.problems].find(([field]) => field.startsWith('confirmation_phrases'));

  return (
    <section class="card" aria-labelledby="booking-settings-title">
      <h2 id="booking-settings-title">Conversations</h2>
      <form
        class="form"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          if (idleProblem === undefined && yesProblem === undefined) change.run(wanted, 'Saved');
        }}
      >
        <Field label="Language" hint="Of conversations that do not say another. The summary is written in it.">
          {(attributes) => (
            <select
              {...attributes}
              class="input"
              disabled={isReadOnly}
              value={locale}
              onChange={({ currentTarget: { value } }) => {
                if (value in locales) setLocale(value as BookingLocale);
              }}
            >
              {Object.entries(locales).map(([code, name]) => (
                <option key={code} value={code}>
                  {name}
                </option>
              ))}
            </select>
          )}
        </Field>
        <DurationField
          label="A quiet conversation ends after"
          hint="So long after its last step. Whoever comes back later starts anew."
          problem={idleProblem ?? change.problems.get('booking_idle_expiry_seconds')}
          units={['minutes', 'hours']}
          disabled={isReadOnly}
          value={idle}
          onChange={setIdle}
        />
        <DurationField
          label="A customer’s yes is good for"
          hint="The order has to be placed within this time after it."
          problem={yesProblem ?? change.problems.get('confirmation_expiry_seconds')}
          units={['seconds', 'minutes', 'hours']}
          disabled={isReadOnly}
          value={yes}
          onChange={setYes}
        />
        <Field
          label="Your customers’ own ways to say yes"
          hint="One a line, beside the usual ones of every language: “aye aye”. At most 20."
          problem={phraseProblem?.[1]}
        >
          {(attributes) => (
            <textarea
              {...attributes}
              class="input"
              rows={3}
              disabled={isReadOnly}
              value={phrases}
              onInput={(event) => setPhrases(event.currentTarget.value)}
            />
          )}
        </Field>
        {change.error === undefined || change.problems.size > 0 ? null : <Failure error={change.error} />}
        {isReadOnly ? null : (
          <div class="actions">
            <Button look="primary" type="submit" busy={change.busy} disabled={!isChanged}>
              {change.busy ? 'Saving…' : 'Save'}
            </Button>
          </div>
        )}
      </form>
    </section>
  );
}

function linesOf(text: string): readonly string[] {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
}
