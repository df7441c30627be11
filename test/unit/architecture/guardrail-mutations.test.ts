import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { GUARDRAILS } from '../../../domain/guardrails/guardrail';

const ROOT = join(__dirname, '..', '..', '..');

interface Mutation {
  readonly guardrail: string;
  readonly without: string;
  readonly file: string;
  readonly find: string;
  readonly replace: string;
  readonly tests: readonly string[];
}

const mutations = JSON.parse(
  readFileSync(join(ROOT, 'deploy/ci/guardrail-mutations.json'), 'utf8'),
) as readonly Mutation[];

describe('what `npm run check:guardrails` takes away', () => {
  it('is every guardrail, and nothing else', () => {
    expect([...new Set(mutations.map(({ guardrail }) => guardrail))].sort()).toEqual([...GUARDRAILS].sort());
  });

  it.each(mutations.map((mutation) => [mutation.guardrail, mutation.without, mutation] as const))(
    '%s, without %s, is where it says',
    (_guardrail, _without, { file, find, replace, tests }) => {
      expect(readFileSync(join(ROOT, file), 'utf8').split(find)).toHaveLength(2);
      expect(replace).not.toBe(find);
      expect(tests.length).toBeGreaterThan(0);
      expect(tests.filter((path) => !existsSync(join(ROOT, path)))).toEqual([]);
    },
  );
});
