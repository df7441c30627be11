import canary from './canary.cjs';

/** The customer of every order the tests book; see canary.cjs. */
export const CANARY: { readonly name: string; readonly phone: string; readonly notes: string; readonly item: string } =
  canary.CANARY;
