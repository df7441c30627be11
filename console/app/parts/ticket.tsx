import { phoneNumber, phoneText } from '../format/words';
import { Icon } from './icon';

/** What the customer wants to be known, on an order's slip. */
export function TicketNotes({ notes }: { readonly notes: string | null }) {
  if (notes === null) return null;
  return (
    <div class="ticket-notes">
      <Icon name="note" />
      <p dir="auto">{notes}</p>
    </div>
  );
}

/** Whom an order is for, as far as that is known. */
export function TicketCustomer({ name, phone }: { readonly name: string | null; readonly phone: string | null }) {
  if (name === null && phone === null) return null;
  return (
    <dl class="ticket-customer">
      <div>
        <dt>
          <Icon name="person" />
          <span>Customer</span>
        </dt>
        <dd>
          <bdi>{name}</bdi>
        </dd>
      </div>
      {phone === null ? null : (
        <div>
          <dt>
            <Icon name="phone" />
            <span>Phone</span>
          </dt>
          <dd>
            <a href={`tel:${phoneNumber(phone)}`}>{phoneText(phone)}</a>
          </dd>
        </div>
      )}
    </dl>
  );
}
