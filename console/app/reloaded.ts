/** In the tab's storage from the moment in which a page without its files was loaded again until the console has come up. */
export const RELOADED = 'order-booking.reloaded';
