/** How long a call that waits for somebody outside is let, in milliseconds: by the service at least, and so by its callers. */

/** A receiver has 10 seconds to answer. Less would tell its owner "no answer in time" of a test that is still under way. */
export const DELIVERY_WAIT_MS = 20_000;
/** Google takes up to some seconds for a token and a read. Longer, an owner would stare at a form for an answer that does not come. */
export const GOOGLE_WAIT_MS = 25_000;
/** To mark some 200,000 orders, one after the other. Less would have a large business ask several times. */
export const RESYNC_WAIT_MS = 40_000;
