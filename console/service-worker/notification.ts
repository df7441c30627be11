/** What a push carries, once the browser has decrypted it. */
export interface PushPayload {
  readonly type: string;
  readonly title: string;
  readonly body: string;
  /** A path of the console. */
  readonly url: string;
  /** Notifications of one order replace each other. */
  readonly tag: string;
}

const NOTHING_KNOWN: PushPayload = {
  type: 'unknown',
  title: 'Order booking',
  body: 'Something happened to your orders.',
  url: '/',
  tag: 'order-booking',
};

/**
 * The payload of a push, whatever came: a browser takes the permission away from a worker that is pushed to and shows nothing,
 * so what cannot be read becomes a notification that says less.
 */
export function payloadOf(text: string | undefined): PushPayload {
  let given: Readonly<Record<string, unknown>> = {};
  try {
    const value: unknown = JSON.parse(text ?? '');
    if (typeof value === 'object' && value !== null) given = value as Record<string, unknown>;
  } catch {
    return NOTHING_KNOWN;
  }
  const textOf = (name: keyof PushPayload): string => {
    const value = given[name];
    return typeof value === 'string' && value !== '' ? value : NOTHING_KNOWN[name];
  };
  return {
    type: textOf('type'),
    title: textOf('title'),
    body: textOf('body'),
    url: ownPathOf(textOf('url')),
    tag: textOf('tag'),
  };
}

/** Any will do: it only has to be nobody's. */
const NOWHERE = 'https://console.invalid';

/**
 * Only ever a path of this console: a notification leads nowhere else. Written as browsers read it, or else not taken: they drop
 * tabs and line breaks, read `\\` as `/` and resolve `..`, and what then begins with `//` is another host.
 */
function ownPathOf(url: string): string {
  if (!URL.canParse(url, NOWHERE)) return '/';
  const { origin, pathname, search, hash } = new URL(url, NOWHERE);
  return origin === NOWHERE && `${pathname}${search}${hash}` === url ? url : '/';
}
