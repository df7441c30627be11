import {
  bookingStepWireSchema,
  confirmedBookingWireSchema,
  shownSummaryWireSchema,
} from '../../../../domain/schemas/booking-wire';
import type { Conversation } from './conversation';
import {
  createdOrderSchema,
  hearYes,
  hearYesToItems,
  moves,
  placeOrder,
  showSummary,
  startBooking,
  takeCustomer,
  takeItems,
} from './moves';

const TYPED = 'Yes, please!';

const clean: Conversation = {
  title: 'A clean booking',
  about:
    "The agent passes on what the customer says. The yes is typed into a form of the MCP client, past the agent's model.",
  typed: TYPED,
  async play(stage, phone) {
    const bookingId = await startBooking(stage);
    await takeItems(stage, bookingId, 'Hello! Two rye breads and 6 cinnamon rolls, please.', [
      { name: 'rye bread', quantity: 2, name_words: 'rye breads', quantity_words: 'Two' },
      { name: 'cinnamon roll', quantity: 6, name_words: 'cinnamon rolls', quantity_words: '6' },
    ]);
    await hearYesToItems(stage, bookingId, 'Yes.', 'confirm_items');
    const customer = { name: 'Ada Lovelace', phone, notes: 'Please slice the bread.' };
    await takeCustomer(stage, bookingId, `Ada Lovelace, ${phone}. Please slice the bread.`, customer);
    // The form shows it.
    const summary = moves.getSummary(bookingId);
    const { summary_digest } = await stage.passes(summary, shownSummaryWireSchema, 'show_summary');
    const confirm = moves.confirmInForm(bookingId, summary_digest, TYPED);
    const confirmed = await stage.passes(confirm, confirmedBookingWireSchema, 'final_confirmation');
    const { order } = await placeOrder(stage, confirmed);
    const items = [
      { name: 'rye bread', quantity: 2 },
      { name: 'cinnamon roll', quantity: 6 },
    ];
    return { bookingId, order: { id: order.id, customerName: customer.name, items, notes: customer.notes } };
  },
};

const skipsConfirmation: Conversation = {
  title: 'An agent that skips the confirmation',
  about:
    'It takes silence, a repeated wish and a "yes, but" for a yes, and in the end makes up a key. The customer leaves.',
  async play(stage, phone) {
    const bookingId = await startBooking(stage);
    const wish = 'Two rye breads, please.';
    await takeItems(stage, bookingId, wish, [
      { name: 'rye bread', quantity: 2, name_words: 'rye breads', quantity_words: 'Two' },
    ]);
    const name = `I am Ben Okafor, my number is ${phone}`;
    const customer = { name: 'Ben Okafor', phone };
    await stage.blocked(moves.setCustomer(bookingId, name, customer, 'goes on without asking whether that is right'), {
      code: 'GUARDRAIL_BLOCKED',
      guardrail: 'step_order',
    });
    await stage.blocked(moves.confirmItems(bookingId, wish, 'takes the wish for a yes'), {
      code: 'GUARDRAIL_BLOCKED',
      guardrail: 'explicit_confirmation',
    });
    await hearYesToItems(stage, bookingId, 'Yes!', 'confirm_items');
    await takeCustomer(stage, bookingId, name, customer);
    await stage.blocked(
      moves.confirm(bookingId, 'f'.repeat(64), 'yes', 'says yes to a summary that nobody was shown'),
      {
        code: 'GUARDRAIL_BLOCKED',
        guardrail: 'step_order',
      },
    );
    const madeUp = {
      idempotency_key: 'confirmed-by-customer-1',
      payload: {
        user_id: stage.userId,
        customer_name: 'Ben Okafor',
        customer_phone: phone,
        items: [{ name: 'rye bread', quantity: 2 }],
        source: 'ai' as const,
      },
    };
    await stage.blocked(moves.createOrder(madeUp, 'makes up a key and places the order'), {
      code: 'CONFIRMATION_REQUIRED',
      guardrail: 'confirmation_key',
      recorded: false,
    });
    const { summary_digest } = await showSummary(stage, bookingId);
    await stage.blocked(
      moves.confirm(bookingId, summary_digest, '', 'says that the customer agreed, without a word of the customer'),
      {
        code: 'GUARDRAIL_BLOCKED',
        guardrail: 'explicit_confirmation',
      },
    );
    const but = stage.customer('Yes, but make it three.');
    await stage.blocked(moves.confirm(bookingId, summary_digest, but, 'takes that for a yes'), {
      code: 'GUARDRAIL_BLOCKED',
      guardrail: 'explicit_confirmation',
    });
    stage.customer('You know what, leave it. Bye.');
    await stage.passes(moves.abandon(bookingId, 'The customer left'), bookingStepWireSchema, 'abandoned');
    return { bookingId, order: undefined };
  },
};

const changesAfterYes: Conversation = {
  title: 'An agent that changes the order after the yes',
  about: 'It adds an item and goes on as if the yes were for that, too. Only what was confirmed anew is ordered, once.',
  async play(stage, phone) {
    const bookingId = await startBooking(stage);
    await takeItems(stage, bookingId, 'Three bagels, please.', [
      { name: 'bagel', quantity: 3, name_words: 'bagels', quantity_words: 'Three' },
    ]);
    await hearYesToItems(stage, bookingId, 'Yes', 'confirm_items');
    await takeCustomer(stage, bookingId, `Chiara Rossi, ${phone}`, { name: 'Chiara Rossi', phone });
    const first = await showSummary(stage, bookingId);
    const old = await hearYes(stage, bookingId, first.summary_digest, 'Yes, confirm');

    await takeItems(stage, bookingId, 'Oh, and one cheesecake!', [
      { name: 'cheesecake', quantity: 1, name_words: 'cheesecake', quantity_words: 'one' },
    ]);
    await stage.blocked(moves.createOrder(old, 'places the order with the key of before'), {
      code: 'STALE_CONFIRMATION',
      guardrail: 'live_confirmation',
    });
    const items = [
      { name: 'bagel', quantity: 3 },
      { name: 'cheesecake', quantity: 1 },
    ];
    const stretched = { ...old, payload: { ...old.payload, items } };
    await stage.blocked(moves.createOrder(stretched, 'adds the cheesecake to what was confirmed'), {
      code: 'CONFIRMATION_REQUIRED',
      guardrail: 'confirmed_content',
    });
    await stage.blocked(
      moves.confirm(bookingId, first.summary_digest, 'Yes, confirm', 'sends the yes of before again'),
      {
        code: 'STALE_CONFIRMATION',
        guardrail: 'current_summary',
      },
    );
    await hearYesToItems(stage, bookingId, 'Yes', 'collect_details');
    const second = await showSummary(stage, bookingId);
    const confirmed = await hearYes(stage, bookingId, second.summary_digest, 'Yes, confirm');
    const placed = await placeOrder(stage, confirmed);
    const again = moves.createOrder(confirmed, 'places it again, to be sure');
    const replayed = await stage.passes({ ...again, repeats: true }, createdOrderSchema, undefined);
    stage.same('the order of the repeated call', placed.order.id, replayed.order.id);
    return { bookingId, order: { id: placed.order.id, customerName: 'Chiara Rossi', items, notes: null } };
  },
};

const inventsItem: Conversation = {
  title: 'An agent that invents',
  about:
    'An espresso that nobody asked for, a number that nobody said, a name that nobody gave. What is left is the wish.',
  async play(stage, phone) {
    const bookingId = await startBooking(stage);
    const wish = stage.customer('Hi, could I get a tiramisu?');
    const tiramisu = { name: 'tiramisu', quantity: 1, name_words: 'tiramisu', quantity_words: 'a' };
    const espresso = { name: 'espresso', quantity: 2, name_words: 'espresso', quantity_words: 'two' };
    await stage.blocked(moves.addItems(bookingId, wish, [tiramisu, espresso], 'sells something on the side'), {
      code: 'GUARDRAIL_BLOCKED',
      guardrail: 'item_grounding',
    });
    await stage.blocked(moves.addItems(bookingId, wish, [{ ...tiramisu, quantity: 3 }], 'rounds up'), {
      code: 'GUARDRAIL_BLOCKED',
      guardrail: 'quantity_grounding',
    });
    const added = await stage.passes(
      moves.addItems(bookingId, wish, [tiramisu]),
      bookingStepWireSchema,
      'collect_items',
    );
    stage.agent(added.say);
    await hearYesToItems(stage, bookingId, 'yes', 'confirm_items');
    const words = stage.customer(`It's Dana, ${phone}`);
    await stage.blocked(
      moves.setCustomer(bookingId, words, { name: 'Daniel Smith', phone }, 'guesses the rest of the name'),
      {
        code: 'GUARDRAIL_BLOCKED',
        guardrail: 'customer_grounding',
      },
    );
    const set = moves.setCustomer(bookingId, words, { name: 'Dana', phone });
    await stage.passes(set, bookingStepWireSchema, 'collect_details');
    const { summary_digest } = await showSummary(stage, bookingId);
    const confirmed = await hearYes(stage, bookingId, summary_digest, 'YES!');
    const { order } = await placeOrder(stage, confirmed);
    const items = [{ name: 'tiramisu', quantity: 1 }];
    return { bookingId, order: { id: order.id, customerName: 'Dana', items, notes: null } };
  },
};

/** The four conversations, in the order in which they are held. */
export const CONVERSATIONS: readonly Conversation[] = [clean, skipsConfirmation, changesAfterYes, inventsItem];
