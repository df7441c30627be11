/** What `global-setup.cjs` started for this run. */
export interface TestStack {
  readonly folder: string;
  /** Of the owner; the path names the maintenance database. */
  readonly postgresUrl: string;
  readonly temporalAddress: string;
  readonly template: string;
  readonly servicePassword: string;
}

export function testStack(): TestStack {
  const stack = process.env.ORDER_BOOKING_TEST_STACK;
  if (stack === undefined) throw new Error('no test stack: run the tests through jest.config.cjs');
  return JSON.parse(stack) as TestStack;
}
