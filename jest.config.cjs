/** Real Temporal, real Postgres: `globalSetup` starts one of each per run, shared by all files. */
module.exports = {
  testEnvironment: 'node',
  globalSetup: '<rootDir>/test/support/global-setup.cjs',
  globalTeardown: '<rootDir>/test/support/global-teardown.cjs',
  roots: ['<rootDir>/test'],
  testMatch: ['**/*.test.ts'],
  transform: {
    '^.+\\.(t|j)s$': [
      '@swc/jest',
      {
        sourceMaps: 'inline',
        module: { type: 'commonjs' },
        jsc: { target: 'es2023', parser: { syntax: 'typescript' } },
      },
    ],
  },
  modulePathIgnorePatterns: ['<rootDir>/dist/'],
  // For two cores. Much of what is tested waits, for a receiver or for Google's pace: with two workers the cores are idle for a
  // fifth of the time. A fourth makes the servers that all files share too slow for the tests' own limits.
  maxWorkers: 3,
  testTimeout: 60_000,
};
