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
  // Two cores: a third worker would only make the servers that all files share slower.
  maxWorkers: 2,
  testTimeout: 60_000,
};
