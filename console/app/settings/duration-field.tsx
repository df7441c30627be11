import { Field, type FieldAttributes } from '../parts/field';
import { DURATION_UNITS, type Duration, type DurationUnit } from './duration';

/** A number and its unit, under one label. */
export function DurationField({
  label,
  hint,
  problem,
  units,
  disabled,
  value,
  onChange,
}: {
  readonly label: string;
  readonly hint: string;
  readonly problem: string | undefined;
  readonly units: readonly DurationUnit[];
  readonly disabled: boolean;
  readonly value: Duration;
  readonly onChange: (value: Duration) => void;
}) {
  // A value in a unit that is not offered would show as another.
  const offered = units.includes(value.unit) ? units : [value.unit, ...units];
  return (
    <Field label={label} hint={hint} problem={problem}>
      {(attributes: FieldAttributes) => (
        <div class="duration">
          <input
            {...attributes}
            class="input"
            type="number"
            min={1}
            step={1}
            inputMode="numeric"
            disabled={disabled}
            value={Number.isFinite(value.amount) ? value.amount : ''}
            onInput={(event) => onChange({ ...value, amount: event.currentTarget.valueAsNumber })}
          />
          <select
            class="input"
            aria-label={`${label}: unit`}
            disabled={disabled}
            value={value.unit}
            onChange={(event) => onChange({ ...value, unit: unitOf(event.currentTarget.value) })}
          >
            {offered.map((unit) => (
              <option key={unit} value={unit}>
                {unit}
              </option>
            ))}
          </select>
        </div>
      )}
    </Field>
  );
}

function unitOf(text: string): DurationUnit {
  return text in DURATION_UNITS ? (text as DurationUnit) : 'minutes';
}
