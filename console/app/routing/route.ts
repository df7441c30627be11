/** Where one can be in the console. */
export type Route =
  | { readonly page: 'orders'; readonly orderId: string | undefined }
  | { readonly page: 'bookings'; readonly bookingId: string | undefined }
  | { readonly page: 'sheet' }
  | { readonly page: 'notifications' }
  | { readonly page: 'settings' }
  | { readonly page: 'not_found' };

export type PageName = Route['page'];

/** The route of a URL's path. */
export function routeOf(pathname: string): Route {
  const parts = pathname.split('/').filter((part) => part !== '');
  const [first, second] = parts;
  if (parts.length === 0) return { page: 'orders', orderId: undefined };
  if (parts.length === 2 && second !== undefined && isId(second)) {
    if (first === 'orders') return { page: 'orders', orderId: second };
    if (first === 'bookings') return { page: 'bookings', bookingId: second };
  }
  if (parts.length === 1) {
    switch (first) {
      case 'orders':
        return { page: 'orders', orderId: undefined };
      case 'bookings':
        return { page: 'bookings', bookingId: undefined };
      case 'sheet':
      case 'notifications':
      case 'settings':
        return { page: first };
    }
  }
  return { page: 'not_found' };
}

export const PATHS = {
  orders: '/',
  order: (id: string) => `/orders/${id}`,
  bookings: '/bookings',
  booking: (id: string) => `/bookings/${id}`,
  sheet: '/sheet',
  notifications: '/notifications',
  settings: '/settings',
} as const;

/** A path of this console and of nobody else, for what came from outside (a notification): undefined for anything else. */
export function ownPath(value: unknown, origin: string): string | undefined {
  if (typeof value !== 'string') return undefined;
  try {
    const url = new URL(value, origin);
    // `/..//host` is a path here, and would be another host once it is read as an address of its own.
    return url.origin === origin && !url.pathname.startsWith('//') ? `${url.pathname}${url.search}` : undefined;
  } catch {
    return undefined;
  }
}

/** Ids are made by the server; anything longer or stranger is no id, and need not be asked for. */
function isId(text: string): boolean {
  return /^[A-Za-z0-9._:-]{1,128}$/.test(text);
}
