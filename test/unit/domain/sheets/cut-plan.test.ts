import { type CutPlan, cutPlan, type RowBytes } from '../../../../domain/sheets/cut-plan';
import { isDone, isNothing, planBatch, type SheetPlan } from '../../../../domain/sheets/plan-batch';
import { readLayout, type SheetLayout } from '../../../../domain/sheets/sheet-tab';
import { ROW_BYTES, toRequests, WRITE_LIMIT } from '../../../../services/sync-worker/google/write-plan';
import fc from '../../../support/fast-check';
import { orderNumber, Paper } from './sheets';

const ONE: RowBytes = { write: () => 1, blank: () => 1, append: () => 1 };

const row = (n: number) => ({ orderId: `o${n}`, row: n, cells: new Map([[1, 'x']]) });
const blank = (n: number) => ({ row: n, columns: [0, 1] });
const IN_BATCH = new Set(['o1', 'o2', 'o7']);

function parts(plan: SheetPlan, bytesOf: RowBytes, limit: { rows: number; bytes: number }): CutPlan[] {
  const all: CutPlan[] = [];
  for (let left = plan; !isNothing(left); left = all.at(-1)?.rest as SheetPlan)
    all.push(cutPlan(left, IN_BATCH, bytesOf, limit));
  return all;
}

describe('a plan that is more than a request may hold', () => {
  it('is cut by rows: what has to be emptied first, then the orders of the batch, then what else is put right', () => {
    const plan = { blanks: [blank(20), blank(21)], writes: [row(9), row(1), row(8), row(2)], appends: [row(7)] };
    const cut = parts(plan, ONE, { rows: 3, bytes: 100 });
    expect(
      cut.map(({ part }) => [part.blanks.length, part.writes.map(({ orderId }) => orderId), part.appends]),
    ).toEqual([
      [2, ['o1'], []],
      [0, ['o2', 'o9'], [row(7)]],
      [0, ['o8'], []],
    ]);
  });

  it('is cut by bytes, and a row that alone is more than that goes alone', () => {
    const plan = { blanks: [], writes: [row(1), row(2), row(3), row(4)], appends: [] };
    const sizes: RowBytes = { ...ONE, write: ({ row: at }) => (at === 2 ? 50 : 4) };
    expect(parts(plan, sizes, { rows: 10, bytes: 10 }).map(({ part }) => part.writes.map(({ row: at }) => at))).toEqual(
      [[1], [2], [3, 4]],
    );
  });

  it('loses nothing and keeps to the limit, whatever it is made of', () => {
    const numbers = fc.uniqueArray(fc.nat(400), { maxLength: 40 });
    const limits = fc.record({ rows: fc.integer({ min: 1, max: 9 }), bytes: fc.integer({ min: 1, max: 40 }) });
    fc.assert(
      fc.property(numbers, numbers, numbers, limits, (writes, blanks, appends, limit) => {
        const plan = { writes: writes.map(row), blanks: blanks.map(blank), appends: appends.map(row) };
        const sizes: RowBytes = {
          write: ({ row: at }) => 1 + (at % 7),
          blank: () => 2,
          append: ({ orderId }) => orderId.length,
        };
        const cut = parts(plan, sizes, limit);
        const all = { writes: [] as object[], blanks: [] as object[], appends: [] as object[] };
        for (const { part } of cut) {
          const rows = part.writes.length + part.blanks.length + part.appends.length;
          const bytes = [
            ...part.writes.map(sizes.write),
            ...part.blanks.map(sizes.blank),
            ...part.appends.map(sizes.append),
          ].reduce((sum, one) => sum + one, 0);
          expect(rows).toBeGreaterThan(0);
          expect(rows).toBeLessThanOrEqual(limit.rows);
          if (rows > 1) expect(bytes).toBeLessThanOrEqual(limit.bytes);
          all.writes.push(...part.writes);
          all.blanks.push(...part.blanks);
          all.appends.push(...part.appends);
        }
        expect(new Set(all.writes)).toEqual(new Set(plan.writes));
        expect(all.blanks).toEqual(plan.blanks);
        expect(all.appends).toEqual(plan.appends);
        expect(all.writes).toHaveLength(plan.writes.length);
      }),
    );
  });

  it('fits, as it is sent, into what Google takes: also where our columns lie apart and the texts are of another script', () => {
    const orders = Array.from({ length: 1_200 }, (_, n) => orderNumber(n, { notes: '🍕"\n'.repeat(400) }));
    const columns = new Map([...new Paper().columns].map(([name, index]) => [name, index * 40] as const));
    const texts = (n: number) =>
      new Map([...columns.values()].map((index) => [index, orders[n]?.notes ?? ''] as const));
    const plan = {
      writes: orders.map(({ id }, n) => ({ orderId: id, row: n, cells: texts(n) })),
      blanks: orders.map((_, n) => ({ row: 5_000 + n, columns: [...columns.values()] })),
      appends: orders.map(({ id }, n) => ({ orderId: id, cells: texts(n) })),
    };
    const write = { sheetId: 2 ** 31 - 1, columns, begin: 'tab', columnCount: 26, dropTags: true } as const;
    const cut = parts(plan, ROW_BYTES, WRITE_LIMIT);
    expect(cut.length).toBeGreaterThan(10);
    for (const { part } of cut) {
      const requests = toRequests('Orders', { ...write, plan: part, untagged: [...columns.keys()] });
      expect(Buffer.byteLength(JSON.stringify({ requests }))).toBeLessThan(2_000_000);
    }
  });
});

describe('a part of a plan', () => {
  const orders = [1, 2, 3].map((n) => orderNumber(n));
  const layoutOf = (paper: Paper): SheetLayout => {
    const layout = readLayout(paper.tab());
    if (layout === undefined) throw new Error('the tab has no Order ID column');
    return layout;
  };
  /** Three orders, the second of them in a second row as well. */
  function doubled() {
    const paper = new Paper();
    paper.carryOut(planBatch(layoutOf(paper), orders));
    for (const [column, text] of (paper.rows[2] ?? []).entries()) paper.set(4, column, text);
    const before = layoutOf(paper);
    const { part, rest } = cutPlan({ blanks: [{ row: 4, columns: [0, 1] }], writes: [], appends: [] }, new Set(), ONE, {
      rows: 1,
      bytes: 1,
    });
    return { paper, before, part, rest };
  }

  it('is done though rows are left that stand there twice, and not when those that are left were moved', () => {
    const { paper, before, part: later } = doubled();
    const write = { orderId: orders[0]?.id ?? '', row: 1, cells: new Map([[6, 'confirmed']]) };
    const part = { blanks: [], writes: [write], appends: [] };
    paper.carryOut(part);
    expect(isDone(part, before, layoutOf(paper), later)).toBe(true);
    paper.insertRow(2);
    expect(isDone(part, before, layoutOf(paper), later)).toBe(false);
  });
});
