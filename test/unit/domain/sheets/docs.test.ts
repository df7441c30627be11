import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { SHEET_CAUSES } from '../../../../domain/sheets/causes';
import { PROJECT_ROOT } from '../../../support/source-files';

test('the owner’s page has a line for every cause, and for no other', () => {
  const page = readFileSync(join(PROJECT_ROOT, 'docs', 'google-sheets.md'), 'utf8');
  const [, parked = ''] = page.split('## When it says “parked”');
  const [table = ''] = parked.split('## For operators');
  const causes = [...table.matchAll(/^\| `([a-z_]+)` /gm)].map(([, cause]) => cause);
  expect(causes.toSorted()).toEqual([...SHEET_CAUSES].toSorted());
});
