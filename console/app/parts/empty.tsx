import type { ComponentChildren } from 'preact';
import { Icon, type IconName } from './icon';

/** Where there is nothing: what would be here, and how it gets here. */
export function Empty({
  icon,
  title,
  children,
}: {
  readonly icon: IconName;
  readonly title: string;
  readonly children?: ComponentChildren;
}) {
  return (
    <div class="empty">
      <span class="empty-mark">
        <Icon name={icon} />
      </span>
      <p class="empty-title">{title}</p>
      <div class="empty-body">{children}</div>
    </div>
  );
}
