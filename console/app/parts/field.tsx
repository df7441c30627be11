import type { ComponentChildren, JSX } from 'preact';
import { useUniqueId } from './use-unique-id';

/** What a control has to carry for its label, hint and problem to be read out with it. */
export interface FieldAttributes {
  readonly id: string;
  readonly 'aria-describedby': string | undefined;
  readonly 'aria-invalid': 'true' | undefined;
}

/** A label, a control, a hint, and what is wrong. */
export function Field({
  label,
  hint,
  problem,
  children,
}: {
  readonly label: string;
  readonly hint?: ComponentChildren;
  readonly problem?: string | undefined;
  readonly children: (attributes: FieldAttributes) => ComponentChildren;
}) {
  const id = useUniqueId();
  const described = [
    ...(hint === undefined ? [] : [`${id}-hint`]),
    ...(problem === undefined ? [] : [`${id}-problem`]),
  ];
  return (
    <div class={`field${problem === undefined ? '' : ' has-problem'}`}>
      <label for={id}>{label}</label>
      {hint === undefined ? null : (
        <p class="field-hint" id={`${id}-hint`}>
          {hint}
        </p>
      )}
      {children({
        id,
        'aria-describedby': described.length === 0 ? undefined : described.join(' '),
        'aria-invalid': problem === undefined ? undefined : 'true',
      })}
      {problem === undefined ? null : (
        <p class="field-problem" id={`${id}-problem`}>
          {problem}
        </p>
      )}
    </div>
  );
}

/** On or off, at once. */
export function Switch({
  label,
  hint,
  checked,
  busy = false,
  disabled = false,
  onChange,
}: {
  readonly label: string;
  readonly hint?: ComponentChildren;
  readonly checked: boolean;
  readonly busy?: boolean;
  readonly disabled?: boolean;
  readonly onChange: (checked: boolean) => void;
}) {
  const id = useUniqueId();
  return (
    <div class="switch-row">
      <div class="switch-words">
        <span class="switch-label" id={`${id}-label`}>
          {label}
        </span>
        {hint === undefined ? null : (
          <p class="field-hint" id={`${id}-hint`}>
            {hint}
          </p>
        )}
      </div>
      <button
        type="button"
        role="switch"
        class={`switch${busy ? ' is-busy' : ''}`}
        aria-checked={checked}
        aria-labelledby={`${id}-label`}
        aria-describedby={hint === undefined ? undefined : `${id}-hint`}
        aria-disabled={busy ? 'true' : undefined}
        disabled={disabled}
        onClick={() => {
          if (!busy) onChange(!checked);
        }}
      >
        <span class="switch-knob" />
      </button>
    </div>
  );
}

type TextInputProps = JSX.InputHTMLAttributes<HTMLInputElement> & { readonly onText: (text: string) => void };

export function TextInput({ onText, ...rest }: TextInputProps) {
  return (
    <input
      type="text"
      autocomplete="off"
      {...rest}
      class="input"
      onInput={(event) => onText(event.currentTarget.value)}
    />
  );
}
