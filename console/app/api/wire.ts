/** What the API answers, as far as the console reads it. The API's own description of it is `/openapi.json`. */
export type OrderStatus = 'pending' | 'confirmed' | 'processing' | 'completed' | 'cancelled';
export type OrderSource = 'ai' | 'api' | 'web' | 'phone' | 'walk_in';

export interface OrderItem {
  readonly name: string;
  readonly quantity: number;
}

export interface Order {
  readonly id: string;
  readonly user_id: string;
  readonly customer_name: string;
  /** Digits only. */
  readonly customer_phone: string;
  readonly items: readonly OrderItem[];
  readonly total_quantity: number;
  readonly status: OrderStatus;
  readonly source: OrderSource;
  readonly notes: string | null;
  readonly slot_id?: string;
  readonly version: number;
  readonly created_at: string;
  readonly updated_at: string;
}

export interface OrderEvent {
  readonly sequence: number;
  readonly type: 'created' | 'status_changed' | 'status_change_ignored';
  readonly from_status: OrderStatus | null;
  readonly to_status: OrderStatus;
  readonly actor: string;
  readonly reason: string | null;
  readonly correlation_id: string;
  readonly occurred_at: string;
}

/** One event of the stream: what happened, and the order as it is now. */
export interface OrderChange {
  readonly event: OrderEvent & { readonly order_id: string };
  readonly order: Order;
}

/** The one list of a page, under its own name, and how to ask for the next; empty or absent on the last one. */
export type Page<Name extends string, Entry> = { readonly [name in Name]: readonly Entry[] } & {
  readonly next_page_token?: string;
};

export type Scope = 'orders:read' | 'orders:write' | 'ai:book' | 'admin';

export interface Session {
  readonly user_id: string;
  readonly tenant_name: string;
  readonly scopes: readonly Scope[];
  readonly csrf_token: string;
  readonly expires_at: string;
}

export type BookingLocale = 'en' | 'es' | 'fr' | 'de' | 'pt' | 'hi' | 'ar';

export interface Capabilities {
  readonly user_id: string;
  readonly order_booking_enabled: boolean;
  readonly sheets_sync_enabled: boolean;
  readonly sheets_spreadsheet_id: string | null;
  readonly sheets_sheet_name: string;
  /** The address that Google knows the sheet's writer by; null when there are no credentials. */
  readonly sheets_service_account?: string | null;
  readonly pending_order_expiry_seconds: number | null;
  readonly booking_locale: BookingLocale;
  readonly booking_idle_expiry_seconds: number;
  readonly confirmation_expiry_seconds: number;
  readonly confirmation_phrases: readonly string[];
  readonly updated_at: string;
}

/** What `PUT /api/capabilities` takes; what is absent stays as it is. */
export interface CapabilitiesChange {
  readonly order_booking_enabled?: boolean;
  readonly sheets_sync_enabled?: boolean;
  readonly sheets_spreadsheet_id?: string | null;
  readonly sheets_sheet_name?: string;
  /** The service account's JSON; null forgets it. Never given back. */
  readonly sheets_credentials?: string | null;
  readonly pending_order_expiry_seconds?: number | null;
  readonly booking_locale?: BookingLocale;
  readonly booking_idle_expiry_seconds?: number;
  readonly confirmation_expiry_seconds?: number;
  readonly confirmation_phrases?: readonly string[];
}

export type BookingStatus = 'open' | 'ordered' | 'abandoned' | 'expired';

/** A booking in the list of bookings. */
export interface BookingEntry {
  readonly id: string;
  readonly status: BookingStatus;
  readonly locale: BookingLocale;
  readonly order_id: string | null;
  readonly customer_name: string | null;
  readonly item_count: number;
  readonly created_at: string;
  readonly last_step_at: string;
  readonly expires_at: string;
}

export type BookingStep =
  | 'start'
  | 'collect_items'
  | 'confirm_items'
  | 'collect_details'
  | 'show_summary'
  | 'final_confirmation'
  | 'create_order'
  | 'abandoned'
  | 'expired';

export interface Booking {
  readonly id: string;
  readonly step: BookingStep;
  readonly next_step: BookingStep | null;
  readonly missing: readonly string[];
  readonly draft: {
    readonly items: readonly (OrderItem & { readonly id: string })[];
    readonly total_quantity: number;
    readonly customer_name: string | null;
    readonly customer_phone: string | null;
    readonly notes: string | null;
  };
  readonly locale: BookingLocale;
  readonly order_id: string | null;
  readonly expires_at: string;
}

export interface BookingDecision {
  readonly sequence: number;
  readonly step: string;
  readonly decision: 'accepted' | 'repeated' | 'blocked';
  readonly guardrail: string | null;
  readonly reason: string | null;
  readonly customer_words: string | null;
  readonly shown: string | null;
  readonly summary_digest: string | null;
  readonly actor: string;
  readonly correlation_id: string;
  readonly occurred_at: string;
}

export type SheetState = 'off' | 'not_connected' | 'synced' | 'syncing' | 'parked';

export interface SheetStatus {
  readonly enabled: boolean;
  readonly spreadsheet_id: string | null;
  readonly spreadsheet_url: string | null;
  readonly sheet_name: string;
  readonly service_account: string | null;
  readonly state: SheetState;
  readonly unsynced_orders: number;
  readonly last_synced_at: string | null;
  readonly parked: {
    readonly cause: string;
    readonly message: string;
    readonly what_to_do: string;
    readonly parked_at: string;
  } | null;
}

export interface SheetAttempt {
  readonly id: string;
  readonly order_ids: readonly string[];
  readonly result: 'synced' | 'retried' | 'parked';
  readonly cause: string | null;
  readonly status_code: number | null;
  readonly started_at: string;
  readonly duration_ms: number;
  readonly correlation_ids: readonly string[];
  readonly written: { readonly updated: number; readonly appended: number; readonly mended: number } | null;
  readonly attempt: number;
}

export const NOTIFICATION_EVENTS = [
  'order.created',
  'order.status_changed',
  'sheet.parked',
  'webhook.disabled',
] as const;
export type NotificationEvent = (typeof NOTIFICATION_EVENTS)[number];

export interface Subscription {
  readonly id: string;
  readonly kind: 'webhook' | 'web_push';
  /** Of a push subscription only the origin. */
  readonly url: string;
  readonly events: readonly string[];
  readonly description: string | null;
  readonly status: 'active' | 'disabled' | 'ended';
  readonly disabled_reason: string | null;
  readonly failing_since: string | null;
  readonly last_delivered_at: string | null;
  readonly created_at: string;
}

export interface DeliveryAttempt {
  readonly attempt: number;
  readonly result: string;
  readonly status_code: number | null;
  readonly cause: string | null;
  readonly started_at: string;
  readonly duration_ms: number;
}

export interface Delivery {
  readonly id: string;
  readonly event_id: string;
  readonly event_type: string;
  readonly order_id: string | null;
  readonly status: 'pending' | 'delivered' | 'failed' | 'ended';
  readonly attempts: readonly DeliveryAttempt[];
  readonly created_at: string;
}
