import { useFreshOrders } from '../orders/fresh-orders';
import { Icon, type IconName } from '../parts/icon';
import { PATHS, type PageName } from '../routing/route';
import { Link } from '../routing/router';

const ENTRIES: readonly {
  readonly page: PageName;
  readonly to: string;
  readonly label: string;
  readonly icon: IconName;
}[] = [
  { page: 'orders', to: PATHS.orders, label: 'Orders', icon: 'orders' },
  { page: 'bookings', to: PATHS.bookings, label: 'Bookings', icon: 'bookings' },
  { page: 'sheet', to: PATHS.sheet, label: 'Sheet', icon: 'sheet' },
  { page: 'notifications', to: PATHS.notifications, label: 'Alerts', icon: 'bell' },
  { page: 'settings', to: PATHS.settings, label: 'Settings', icon: 'settings' },
];

export function Navigation({ current }: { readonly current: PageName }) {
  const { ids } = useFreshOrders();
  return (
    <nav class="nav" aria-label="Console">
      <ul>
        {ENTRIES.map(({ page, to, label, icon }) => (
          <li key={page}>
            <Link to={to} class="nav-link" aria-current={page === current ? 'page' : undefined}>
              <Icon name={icon} />
              <span>{label}</span>
              {page === 'orders' && ids.size > 0 ? (
                <span class="count-dot">
                  {ids.size}
                  <span class="sr-only"> new</span>
                </span>
              ) : null}
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  );
}
