/** What every client is told of the server when it connects; many hand it to the model. */
export const INSTRUCTIONS = `Takes orders for one business. An order is placed only after the customer said yes to exactly what is booked.

The steps, in this order:
1. start_booking, once for each order.
2. add_items, with the customer's message word for word and the words in it that name each item and its quantity.
3. Say the items back to the customer (the answer's "say"), then confirm_items with the reply.
4. set_customer, with name and phone number in the customer's own words.
5. get_summary; show its text to the customer exactly as it is.
6. confirm_booking, with summary_digest and the customer's reply; without the reply where your client can show forms, for there the customer is asked directly.
7. create_order, with idempotency_key and payload exactly as confirm_booking gave them.

Rules:
- Pass the customer's words on as they are. Never shorten, translate, correct or invent them, and never answer for the customer.
- Ask instead of guessing. What the customer did not say is refused; the refusal's say_next is what to ask.
- After any change show the summary again and ask again. A no, or "yes, but", is no yes.
- Say that something is ordered only after create_order succeeded.
- Every answer tells where the booking stands: next_step, missing, allowed_actions.
- Repeating a call after an error is safe; repeat it with the same arguments.`;
