import type { ComponentChildren } from 'preact';
import { Icon, type IconName } from './icon';

const ICONS: Readonly<Record<'info' | 'good' | 'warn' | 'bad', IconName>> = {
  info: 'info',
  good: 'check',
  warn: 'warning',
  bad: 'warning',
};

/** Something that has to be read before going on. `loud` is read out at once. */
export function Notice({
  tone = 'info',
  title,
  loud = false,
  children,
}: {
  readonly tone?: keyof typeof ICONS;
  readonly title?: string;
  readonly loud?: boolean;
  readonly children?: ComponentChildren;
}) {
  return (
    <div class={`notice notice-${tone}`} {...(loud ? { role: 'alert' } : {})}>
      <Icon name={ICONS[tone]} />
      <div class="notice-body">
        {title === undefined ? null : <p class="notice-title">{title}</p>}
        {children}
      </div>
    </div>
  );
}
