import { credentials } from '@grpc/grpc-js';
import type { Caller, Scope } from '../../../domain/access';
import type { Capabilities } from '../../../domain/capabilities';
import { ValidationError } from '../../../domain/errors';
import type { Order, OrderEvent } from '../../../domain/order';
import { BookingService } from '../../../gen/orderbooking/v1/booking_service_pb';
import { CapabilityService } from '../../../gen/orderbooking/v1/capability_service_pb';
import { CatalogueService } from '../../../gen/orderbooking/v1/catalogue_service_pb';
import { NotificationService } from '../../../gen/orderbooking/v1/notification_service_pb';
import { OrderService } from '../../../gen/orderbooking/v1/order_service_pb';
import { SheetService } from '../../../gen/orderbooking/v1/sheet_service_pb';
import { createGrpcClient } from '../../../platform/grpc-client';
import { parseKeyring } from '../../../platform/keyring';
import { createLogger } from '../../../platform/logger';
import { createConsoleSessions } from '../../../services/order-api/console-sessions';
import { startGrpcServer } from '../../../services/order-api/grpc-server';
import { startHttpServer } from '../../../services/order-api/http-server';
import { createOpenStreams } from '../../../services/order-api/open-streams';
import { OPERATIONS, type Operation } from '../../../services/order-api/operations';
import { createReadiness } from '../../../services/order-api/readiness';
import type { UseCases } from '../../../services/order-api/use-cases/contract';

/** What log lines say, without what is random in them and may by chance look like anything. */
export function wordsOf(lines: readonly Readonly<Record<string, unknown>>[]): string {
  return JSON.stringify(
    lines.map(({ pid: _pid, time: _time, durationMs: _took, correlationId: _made, ...line }) => line),
  );
}

/** What the double takes for a key: `<tenant>.<scope>.<scope>`. */
export const KEY = {
  full: 'bakery.orders:read.orders:write',
  read: 'bakery.orders:read',
  ai: 'bakery.ai:book',
  admin: 'bakery.admin',
};

export const ORDER: Order = {
  id: '0198c2de-7f3a-7cc1-9d4e-5b6a7c8d9e0f',
  userId: 'bakery',
  customerName: 'Zoë García',
  customerPhone: '4930901820',
  items: [{ name: 'Rye bread', quantity: 2 }],
  totalQuantity: 2,
  status: 'pending',
  source: 'api',
  notes: null,
  slotId: null,
  version: 1,
  createdAt: '2026-11-24T09:30:00.123Z',
  updatedAt: '2026-11-24T09:30:00.123Z',
};

export const EVENT: OrderEvent = {
  orderId: ORDER.id,
  sequence: 1,
  type: 'created',
  fromStatus: null,
  toStatus: 'pending',
  actor: 'api_key:bakery',
  reason: null,
  correlationId: 'req_1',
  occurredAt: ORDER.createdAt,
};

export const CAPABILITIES: Capabilities = {
  userId: 'bakery',
  orderBookingEnabled: true,
  sheetsSyncEnabled: false,
  sheetsSpreadsheetId: null,
  sheetsSheetName: 'Orders',
  sheetsServiceAccount: null,
  pendingOrderExpirySeconds: null,
  bookingLocale: 'de',
  bookingIdleExpirySeconds: 1_800,
  confirmationExpirySeconds: 600,
  confirmationPhrases: ['passt scho'],
  updatedAt: ORDER.createdAt,
};

/** A `POST /api/orders` body that is in order. */
export const BODY = {
  customer_name: 'Zoë García',
  customer_phone: '+49 30 901820',
  items: [{ name: 'Rye bread', quantity: 2 }],
};

/** Use cases of which each test says what it needs; any other one fails as a defect would. */
export function useCasesDouble(own: Partial<UseCases>): UseCases {
  const missing = (name: string) => (): never => {
    throw new Error(`${name} was not expected; Zoë García +4930901820`);
  };
  const operations = Object.keys(OPERATIONS) as Operation[];
  const unexpected = Object.fromEntries(operations.map((name) => [name, missing(name)])) as Record<
    Operation,
    () => never
  >;
  return {
    authenticate: async (key): Promise<Caller> => {
      const [userId, ...scopes] = key.split('.');
      if (userId !== 'bakery' && userId !== 'pizzeria') throw new ValidationError('UNAUTHENTICATED', 'Unknown key');
      return { userId, keyId: key, keyPrefix: userId, scopes: scopes as Scope[] };
    },
    tenantName: async ({ caller }) => `The ${caller.userId}`,
    ...unexpected,
    ...own,
  };
}

/** Both doors on free ports over the same double, and what they logged. */
export async function openDoors(
  own: Partial<UseCases> = {},
  options: { requestDeadlineMs?: number; consoleUrl?: string; consoleFolder?: string; sessionTtlSeconds?: number } = {},
) {
  const lines: Record<string, unknown>[] = [];
  const logger = createLogger({
    service: 'order-api',
    level: 'info',
    destination: { write: (line) => void lines.push(JSON.parse(line) as Record<string, unknown>) },
  });
  const streams = createOpenStreams();
  const dependencies = { postgres: true };
  const readiness = createReadiness({
    shareMs: 0,
    checks: { postgres: async () => (dependencies.postgres ? undefined : Promise.reject(new Error('down'))) },
  });
  const door = {
    useCases: useCasesDouble(own),
    logger,
    streams,
    readiness,
    host: '127.0.0.1',
    port: 0,
    requestDeadlineMs: options.requestDeadlineMs ?? 5_000,
  };
  const grpc = await startGrpcServer(door);
  const mcp = { allowedHosts: ['127.0.0.1'], questionKey: 'known to nobody but the tests of this door' };
  const sessions = createConsoleSessions({
    keyring: parseKeyring(`k1:${Buffer.alloc(32, 5).toString('base64')}`),
    ttlSeconds: options.sessionTtlSeconds ?? 60,
  });
  const http = await startHttpServer({
    ...door,
    mcp,
    sessions,
    consoleUrl: options.consoleUrl,
    consoleFolder: options.consoleFolder ?? '/nowhere',
  });
  const address = `127.0.0.1:${grpc.port}`;
  const orders = createGrpcClient(OrderService, address, credentials.createInsecure());
  const capabilities = createGrpcClient(CapabilityService, address, credentials.createInsecure());
  const bookings = createGrpcClient(BookingService, address, credentials.createInsecure());
  const catalogue = createGrpcClient(CatalogueService, address, credentials.createInsecure());
  const sheets = createGrpcClient(SheetService, address, credentials.createInsecure());
  const notifications = createGrpcClient(NotificationService, address, credentials.createInsecure());
  return {
    lines,
    streams,
    readiness,
    dependencies,
    grpc,
    http,
    address,
    orders,
    capabilities,
    bookings,
    catalogue,
    sheets,
    notifications,
    url: `http://127.0.0.1:${http.port}`,
    async close() {
      streams.drain();
      for (const client of [orders, capabilities, bookings, catalogue, sheets, notifications]) client.close();
      await Promise.all([grpc.drain(500), http.drain(500)]);
    },
  };
}

export type Doors = Awaited<ReturnType<typeof openDoors>>;

/** Metadata with a key, and whatever else. */
export function withKey(key: string, more: Record<string, string> = {}) {
  return { metadata: { authorization: `Bearer ${key}`, ...more } };
}
