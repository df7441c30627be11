import type { JSX } from 'preact';

/** Line drawings on a grid of 24, drawn for this console. */
const PATHS = {
  orders: 'M6 3.5h12v17l-2.4-1.8-1.8 1.8L12 18.7l-1.8 1.8-1.8-1.8L6 20.5zM9.5 8.5h5M9.5 12.5h3',
  bookings: 'M4 5.5h16v10.5H12l-4.5 4v-4H4zM8.5 9.5h7M8.5 12.3h4',
  sheet: 'M4 4.5h16v15H4zM4 9.5h16M4 14.5h16M10 9.5v10',
  bell: 'M6 16.5V11a6 6 0 0 1 12 0v5.5l1.5 1.5h-15zM10 20.5h4M12 5V3',
  settings: 'M4 7.5h9M17 7.5h3M4 16.5h3M11 16.5h9M15 5v5M9 14v5',
  search: 'M10.5 4.5a6 6 0 1 0 0 12 6 6 0 0 0 0-12zM15 15l5 5',
  filter: 'M4 6.5h16M7 12h10M10 17.5h4',
  up: 'M12 19.5V5M6 11l6-6.5 6 6.5',
  print: 'M7 8.5V4h10v4.5M7 17H4V8.5h16V17h-3M7 13.5h10V20H7z',
  back: 'M14.5 5 8 12l6.5 7',
  forward: 'M9.5 5 16 12l-6.5 7',
  close: 'M6 6l12 12M18 6 6 18',
  check: 'M5 12.5l4.5 4.5L19 7.5',
  warning: 'M12 4 2.8 19.5h18.4zM12 10v4.5M12 17v.2',
  info: 'M12 3.5a8.5 8.5 0 1 0 0 17 8.5 8.5 0 0 0 0-17zM12 11v5.5M12 7.6v.2',
  block: 'M12 3.5a8.5 8.5 0 1 0 0 17 8.5 8.5 0 0 0 0-17zM6 6l12 12',
  copy: 'M9 9h11v11H9zM15 9V4H4v11h5',
  link: 'M10 6H5v13h13v-5M13.5 4.5H19.5V10.5M19 5l-8.5 8.5',
  refresh: 'M19.5 12a7.5 7.5 0 1 1-2.3-5.4M19.8 3.5v4.2h-4.2',
  phone:
    'M6.5 3.5h3l1.5 4.5-2 1.5a11 11 0 0 0 5.5 5.5l1.5-2 4.5 1.5v3a2 2 0 0 1-2.2 2A16 16 0 0 1 4.5 5.7a2 2 0 0 1 2-2.2z',
  person: 'M12 4a4 4 0 1 0 0 8 4 4 0 0 0 0-8zM4.5 20.5a7.5 7.5 0 0 1 15 0',
  note: 'M5 4h14v11l-5 5H5zM19 15h-5v5M8.5 8.5h7M8.5 12h4',
  spark: 'M12 3.5l1.9 6.6 6.6 1.9-6.6 1.9L12 20.5l-1.9-6.6L3.5 12l6.6-1.9z',
  device: 'M7 3.5h10v17H7zM10.5 17.5h3',
  webhook:
    'M8.5 8.5a4 4 0 1 1 5.8 2.8l3 4.9M15.5 17.5a3.6 3.6 0 1 1 1.8 1.5M15.5 17.5H9.2M12.2 8.2l-3 5.2a4 4 0 1 1-3.6.3',
  key: 'M8 9.5a4.5 4.5 0 1 0 0 9 4.5 4.5 0 0 0 0-9zM11.3 10.8 19.5 3.5M16 6.8l3 3',
  sun: 'M12 8a4 4 0 1 0 0 8 4 4 0 0 0 0-8zM12 2.5v2.5M12 19v2.5M2.5 12H5M19 12h2.5M5.3 5.3 7 7M17 17l1.7 1.7M18.7 5.3 17 7M7 17l-1.7 1.7',
  moon: 'M19.5 14.5A8 8 0 0 1 9.5 4.5a8 8 0 1 0 10 10z',
  auto: 'M12 3.5a8.5 8.5 0 1 0 0 17 8.5 8.5 0 0 0 0-17zM12 3.5v17M12 8h5.5M12 12h8M12 16h5.5',
  exit: 'M14 4H5v16h9M10 12h10.5M17 8l3.8 4L17 16',
  plus: 'M12 5v14M5 12h14',
  trash: 'M5 7h14M10 7V4.5h4V7M7 7l.8 12.5h8.4L17 7',
  clock: 'M12 3.5a8.5 8.5 0 1 0 0 17 8.5 8.5 0 0 0 0-17zM12 7.5V12l3.2 2.2',
  offline:
    'M3 3l18 18M5 12.5a10 10 0 0 1 4-2.4M12.5 9.5a10 10 0 0 1 6.5 3M8.5 16a5 5 0 0 1 6-.6M12 19.5v.2M2 9a15 15 0 0 1 4.4-2.8M10 5a15 15 0 0 1 12 4',
} as const;

export type IconName = keyof typeof PATHS;

/** Decoration only: what it stands for is always written beside it, or in its button's label. */
export function Icon({ name, ...rest }: { readonly name: IconName } & JSX.SVGAttributes<SVGSVGElement>) {
  return (
    <svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false" {...rest}>
      <path d={PATHS[name]} />
    </svg>
  );
}
