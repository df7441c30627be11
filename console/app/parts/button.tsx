import type { ComponentChildren, JSX } from 'preact';
import { Icon, type IconName } from './icon';

type ButtonProps = Omit<JSX.ButtonHTMLAttributes<HTMLButtonElement>, 'icon'> & {
  readonly look?: 'primary' | 'plain' | 'quiet' | 'danger';
  readonly icon?: IconName;
  /** Stays focusable, so that a keyboard does not lose its place, and does nothing. */
  readonly busy?: boolean;
  /** On a phone it is its icon alone; its words are still read out. */
  readonly shrinks?: boolean;
  readonly children: ComponentChildren;
};

export function Button({
  look = 'plain',
  icon,
  busy = false,
  shrinks = false,
  children,
  onClick,
  ...rest
}: ButtonProps) {
  return (
    <button
      type="button"
      {...rest}
      class={`button look-${look}${busy ? ' is-busy' : ''}${shrinks ? ' shrinks' : ''}`}
      aria-disabled={busy ? 'true' : undefined}
      onClick={(event) => {
        if (busy) event.preventDefault();
        else if (typeof onClick === 'function') onClick(event);
      }}
    >
      {icon === undefined ? null : <Icon name={icon} />}
      <span>{children}</span>
    </button>
  );
}

type IconButtonProps = JSX.ButtonHTMLAttributes<HTMLButtonElement> & {
  readonly name: IconName;
  readonly label: string;
};

export function IconButton({ name, label, ...rest }: IconButtonProps) {
  return (
    <button type="button" title={label} {...rest} class="icon-button" aria-label={label}>
      <Icon name={name} />
    </button>
  );
}
