import { useState } from 'preact/hooks';
import { Icon, type IconName } from '../parts/icon';
import { applyTheme, savedTheme, saveTheme, type Theme } from '../theme';

const THEMES: readonly { readonly theme: Theme; readonly label: string; readonly icon: IconName }[] = [
  { theme: 'system', label: 'As the device', icon: 'auto' },
  { theme: 'light', label: 'Light', icon: 'sun' },
  { theme: 'dark', label: 'Dark', icon: 'moon' },
];

export function ThemePicker({ labels = false }: { readonly labels?: boolean }) {
  const [chosen, setChosen] = useState(savedTheme);
  return (
    <fieldset class={`theme${labels ? ' has-labels' : ''}`}>
      <legend class="sr-only">Appearance</legend>
      {THEMES.map(({ theme, label, icon }) => (
        <button
          key={theme}
          type="button"
          aria-pressed={chosen === theme}
          title={label}
          onClick={() => {
            saveTheme(theme);
            applyTheme(theme);
            setChosen(theme);
          }}
        >
          <Icon name={icon} />
          <span class={labels ? '' : 'sr-only'}>{label}</span>
        </button>
      ))}
    </fieldset>
  );
}
