import { BookingsPage } from '../bookings/bookings-page';
import { LiveProvider } from '../live/live';
import { NotificationsPage } from '../notifications/notifications-page';
import { useNotificationClicks } from '../notifications/use-notification-clicks';
import { FreshOrdersProvider } from '../orders/fresh-orders';
import { OrdersPage } from '../orders/orders-page';
import { Empty } from '../parts/empty';
import type { Route } from '../routing/route';
import { Link, useRouter } from '../routing/router';
import { useSession } from '../session/session';
import { SignOutButton } from '../session/sign-out-button';
import { SettingsPage } from '../settings/settings-page';
import { SheetPage } from '../sheet/sheet-page';
import { Boundary } from './boundary';
import { Brand } from './brand';
import { LiveBadge } from './live-badge';
import { Navigation } from './navigation';
import { OfflineBanner } from './offline-banner';
import { PageHeading } from './page-heading';
import { ThemePicker } from './theme-picker';
import { useKeptFocus } from './use-kept-focus';

/** All that is around a page: where one can go, whose orders these are, whether they are live. */
export function Shell() {
  const { session, can } = useSession();
  const { route } = useRouter();
  useNotificationClicks();
  useKeptFocus();
  if (!can('orders:read')) return <NotForPeople />;
  return (
    <LiveProvider>
      <FreshOrdersProvider>
        <button type="button" class="skip" onClick={() => document.getElementById('main')?.focus()}>
          Skip to the content
        </button>
        <div class="shell">
          <header class="side">
            <div class="side-head">
              <Brand />
              <p class="side-tenant">{session.tenant_name}</p>
              <LiveBadge />
            </div>
            <Navigation current={route.page} />
            <div class="side-foot">
              <ThemePicker />
              <SignOutButton />
            </div>
          </header>
          <main class="main" id="main" tabIndex={-1}>
            <OfflineBanner />
            <Boundary key={route.page}>
              <Page route={route} />
            </Boundary>
          </main>
        </div>
      </FreshOrdersProvider>
    </LiveProvider>
  );
}

function Page({ route }: { readonly route: Route }) {
  switch (route.page) {
    case 'orders':
      return <OrdersPage orderId={route.orderId} />;
    case 'bookings':
      return <BookingsPage bookingId={route.bookingId} />;
    case 'sheet':
      return <SheetPage />;
    case 'notifications':
      return <NotificationsPage />;
    case 'settings':
      return <SettingsPage />;
    case 'not_found':
      return (
        <div class="page">
          <PageHeading title="Nothing here" />
          <Empty icon="search" title="There is no such page">
            <p>The address may have been cut off.</p>
            <Link to="/" class="button look-plain">
              <span>Go to the orders</span>
            </Link>
          </Empty>
        </div>
      );
  }
}

/** Signed in with a key that can read nothing: an agent's. */
function NotForPeople() {
  return (
    <main class="splash">
      <h1 class="splash-brand">
        <Brand />
        <span class="sr-only">Order booking</span>
      </h1>
      <Empty icon="key" title="This key is for an AI agent">
        <p>
          It books orders and cannot look at them. Sign in with a key that has the scope <code>orders:read</code>,
          better with one that has <code>admin</code>.
        </p>
        <SignOutButton />
      </Empty>
    </main>
  );
}
