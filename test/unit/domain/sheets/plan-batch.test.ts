import type { Order } from '../../../../domain/order';
import type { Columns } from '../../../../domain/sheets/columns';
import { cutPlan, type RowBytes } from '../../../../domain/sheets/cut-plan';
import { isDone, isNothing, planBatch } from '../../../../domain/sheets/plan-batch';
import { readLayout, type SheetLayout } from '../../../../domain/sheets/sheet-tab';
import fc from '../../../support/fast-check';
import { expectedCells, orderNumber, Paper } from './sheets';

function layoutOf(paper: Paper): SheetLayout {
  const layout = readLayout(paper.tab());
  if (layout === undefined) throw new Error('the tab has no Order ID column');
  return layout;
}

/** A tab with these orders in it. */
function paperWith(orders: readonly Order[], width = 10): Paper {
  const paper = new Paper(width);
  paper.carryOut(planBatch(layoutOf(paper), orders));
  return paper;
}

function expectOrders(paper: Paper, orders: readonly Order[]): void {
  const expected = new Map(orders.map((order) => [order.id, [expectedCells(order, paper.columns)]]));
  expect(paper.shown()).toEqual(expected);
}

const BY_ROWS: RowBytes = { write: () => 1, blank: () => 1, append: () => 1 };

const confirmed = (order: Order): Order => ({ ...order, status: 'confirmed', version: 2 });
const ORDERS = [1, 2, 3, 4].map((n) => orderNumber(n));
const [A, B, C, D] = ORDERS as [Order, Order, Order, Order];

describe('a batch', () => {
  it('appends what is not there and updates what is, without touching its id', () => {
    const paper = paperWith([A, B]);
    const plan = planBatch(layoutOf(paper), [confirmed(B), C]);
    expect(plan.writes).toMatchObject([{ orderId: B.id, row: 2 }]);
    expect([...(plan.writes[0]?.cells.keys() ?? [])]).not.toContain(0);
    expect(plan.appends.map(({ orderId }) => orderId)).toEqual([C.id]);
    paper.carryOut(plan);
    expectOrders(paper, [A, confirmed(B), C]);
    expect(isDone(plan, layoutOf(paperWith([A, B])), layoutOf(paper))).toBe(true);
  });

  it('writes into our columns only, wherever they are', () => {
    const paper = paperWith([A, B]);
    paper.set(1, 9, 'their note');
    paper.insertColumn(1);
    paper.set(2, 1, 'another one');
    paper.moveColumn(8, 3);
    paper.carryOut(planBatch(layoutOf(paper), [confirmed(A), confirmed(B), C]));
    expectOrders(paper, [confirmed(A), confirmed(B), C]);
    expect(paper.rows[1]?.[10]).toBe('their note');
    expect(paper.rows[2]?.[1]).toBe('another one');
  });

  it('empties our cells of a second row for the same order, and leaves the row and what stands beside it', () => {
    const paper = paperWith([A, B]);
    paper.insertRow(3);
    for (const [column, text] of (paper.rows[1] ?? []).entries()) paper.set(3, column, text);
    paper.set(3, 9, 'their note');
    const plan = planBatch(layoutOf(paper), []);
    expect(plan.blanks).toMatchObject([{ row: 3 }]);
    paper.carryOut(plan);
    expectOrders(paper, [A, B]);
    expect(paper.rows[3]?.[9]).toBe('their note');
  });

  it('of nothing is nothing', () => {
    const paper = paperWith([A]);
    expect(isNothing(planBatch(layoutOf(paper), []))).toBe(true);
    expect(isNothing(planBatch(layoutOf(paper), [A], { known: [], landed: [], lost: [], behind: new Set() }))).toBe(
      true,
    );
  });
});

describe('an audit', () => {
  const audit = { known: [A, confirmed(B)], landed: [], lost: [] };

  it('leaves an order that has a batch of its own to come to that batch, and mends the others', () => {
    const paper = paperWith([A, B]);
    paper.set(1, 6, 'typed over');
    const plan = planBatch(layoutOf(paper), [], { ...audit, behind: new Set([B.id]) });
    expect(plan.writes.map(({ orderId }) => orderId)).toEqual([A.id]);
    const both = planBatch(layoutOf(paper), [], { ...audit, behind: new Set() });
    expect(both.writes.map(({ orderId }) => orderId)).toEqual([A.id, B.id]);
  });

  it('notices that an id which it gave back came into the row of another order', () => {
    const paper = paperWith([A, B, C]);
    // A's row lost its id to a write that came through late.
    paper.set(1, 0, '');
    const before = layoutOf(paper);
    const plan = planBatch(before, [A], { known: [B, C], landed: [before.columns], lost: [], behind: new Set() });
    expect(plan.writes).toMatchObject([{ orderId: A.id, row: 1 }]);
    paper.sort((row) => row[0] ?? '');
    paper.sort((row) => String(9 - Number((row[0] ?? '').at(-1) ?? 0)));
    const owner = paper.rows[1]?.[0];
    expect([B.id, C.id]).toContain(owner);
    paper.carryOut(plan);
    expect(isDone(plan, before, layoutOf(paper))).toBe(false);
  });
});

describe('a write that people got in the way of is noticed', () => {
  const plan = (paper: Paper, orders = [confirmed(A), confirmed(B), D]) => planBatch(layoutOf(paper), orders);

  it.each<[string, (paper: Paper) => void]>([
    ['rows sorted', (paper) => paper.sort((row) => String(9 - Number(row[0]?.at(-1))))],
    ['a row inserted above', (paper) => paper.insertRow(1)],
    ['a row deleted', (paper) => paper.deleteRow(1)],
    ['a column inserted', (paper) => paper.insertColumn(2)],
    ['a column moved', (paper) => paper.moveColumn(1, 5)],
    ['our column deleted', (paper) => paper.deleteColumn(2)],
    ['the Order ID column deleted', (paper) => paper.deleteColumn(0)],
  ])('%s', (_, disturb) => {
    const paper = paperWith([A, B, C]);
    const before = layoutOf(paper);
    const disturbed = plan(paper);
    disturb(paper);
    paper.carryOut(disturbed);
    expect(isDone(disturbed, before, readLayout(paper.tab()))).toBe(false);
  });

  it.each<[string, (paper: Paper) => void]>([
    ['rows below it inserted', (paper) => paper.insertRow(4)],
    ['a column of theirs added at the end', (paper) => paper.insertColumn(10)],
    ['a cell of theirs edited', (paper) => paper.set(1, 9, 'note')],
    ['a header renamed', (paper) => paper.set(0, 6, 'Zustand')],
  ])('and %s is none of that', (_, disturb) => {
    const paper = paperWith([A, B, C]);
    const before = layoutOf(paper);
    const undisturbed = plan(paper);
    disturb(paper);
    paper.carryOut(undisturbed);
    expect(isDone(undisturbed, before, layoutOf(paper))).toBe(true);
    expectOrders(paper, [confirmed(A), confirmed(B), C, D]);
  });

  it('an emptied row that was not the one meant', () => {
    const paper = paperWith([A, B, C]);
    paper.insertRow(4);
    for (const [column, text] of (paper.rows[1] ?? []).entries()) paper.set(4, column, text);
    const before = layoutOf(paper);
    const mending = planBatch(before, []);
    paper.insertRow(1);
    paper.carryOut(mending);
    expect(isDone(mending, before, layoutOf(paper))).toBe(false);
  });
});

/** One audit after the other, undisturbed, until a plan has met what it was meant for. */
function putRight(
  paper: Paper,
  batch: readonly Order[],
  all: readonly Order[],
  landed: Columns,
  lost: readonly Order[],
  written: ReadonlySet<string> = new Set(),
) {
  let places = [landed];
  for (let round = 0; round < 4; round += 1) {
    const layout = layoutOf(paper);
    const known = all.filter(({ id }) => layout.rows.has(id) && !batch.some((order) => order.id === id));
    const gone = lost.filter(({ id }) => !layout.rows.has(id) && !batch.some((order) => order.id === id));
    const mended = known.filter(({ id }) => written.has(id));
    const plan = planBatch(layout, batch, { known, mended, landed: places, lost: gone, behind: new Set() });
    paper.carryOut(plan);
    if (isNothing(plan) || isDone(plan, layout, layoutOf(paper))) return;
    places = [...places, layout.columns];
  }
  throw new Error('it was not put right');
}

type Disturbance = { readonly name: string; readonly at: number; readonly to: number };

function disturb(paper: Paper, { name, at, to }: Disturbance): void {
  const column = (n: number) => n % paper.tags.length;
  const row = 1 + (at % Math.max(1, paper.rows.length - 1));
  const acts: Readonly<Record<string, () => void>> = {
    sort: () => paper.sort((cells) => cells[column(at)] ?? ''),
    'insert row': () => paper.insertRow(row),
    'delete row': () => paper.rows.length > 1 && paper.deleteRow(row),
    'insert column': () => paper.insertColumn(column(at)),
    'move column': () => paper.moveColumn(column(at), column(to)),
    rename: () => paper.set(0, column(at), 'renamed'),
  };
  acts[name]?.();
}

describe('whatever people do between the read and the write', () => {
  const disturbance = fc.record({
    name: fc.constantFrom('sort', 'insert row', 'delete row', 'insert column', 'move column', 'rename'),
    at: fc.nat(20),
    to: fc.nat(20),
  });
  const scenario = fc.record({
    count: fc.integer({ min: 1, max: 8 }),
    appended: fc.integer({ min: 0, max: 3 }),
    changed: fc.array(fc.nat(7), { maxLength: 5 }),
    before: fc.array(disturbance, { maxLength: 2 }),
    between: fc.array(disturbance, { minLength: 1, maxLength: 3 }),
  });

  it('every order of the batch ends in one row that shows it, and no other order’s row shows anything else than that order', () => {
    fc.assert(
      fc.property(scenario, ({ count, appended, changed, before, between }) => {
        const old = Array.from({ length: count }, (_, n) => orderNumber(n));
        const isChanged = new Set(changed.map((n) => n % count));
        const now = old.map((order, n) => (isChanged.has(n) ? confirmed(order) : order));
        const fresh = Array.from({ length: appended }, (_, n) => orderNumber(100 + n));
        const batch = [...now.filter((_, n) => isChanged.has(n)), ...fresh];
        const paper = paperWith(old, 12);
        for (const [n] of old.entries()) paper.set(n + 1, 11, `note ${n}`);
        for (const one of before) disturb(paper, one);

        const layout = layoutOf(paper);
        const plan = planBatch(layout, batch);
        for (const one of between) disturb(paper, one);
        const deleted = between.some(({ name }) => name === 'delete row');
        paper.carryOut(plan);
        if (!isDone(plan, layout, readLayout(paper.tab()))) {
          putRight(
            paper,
            batch,
            [...now, ...fresh],
            layout.columns,
            now.filter(({ id }) => layout.rows.has(id)),
          );
        }

        const shown = paper.shown();
        for (const order of batch) expect(shown.get(order.id)).toEqual([expectedCells(order, paper.columns)]);
        for (const order of now) {
          const rows = shown.get(order.id) ?? [];
          // A row that people deleted comes back with the order's next change, and not before.
          if (rows.length === 0 && (deleted || before.some(({ name }) => name === 'delete row'))) continue;
          expect(rows).toEqual([expectedCells(order, paper.columns)]);
        }
      }),
      { numRuns: 1_500 },
    );
  });

  it('and between the parts of a plan that is more than one request: every order has its row, and nothing of one stands elsewhere', () => {
    const spoilt = fc.record({
      count: fc.integer({ min: 2, max: 8 }),
      doubled: fc.array(fc.nat(7), { maxLength: 3 }),
      rows: fc.integer({ min: 1, max: 3 }),
      between: fc.array(disturbance, { maxLength: 3 }),
    });
    fc.assert(
      fc.property(spoilt, ({ count, doubled, rows, between }) => {
        const orders = Array.from({ length: count }, (_, n) => orderNumber(n));
        const paper = paperWith(orders, 12);
        for (const n of doubled) {
          const copied = [...(paper.rows[1 + (n % count)] ?? [])];
          for (const [column, text] of copied.entries())
            paper.set(paper.rows.length - (column > 0 ? 1 : 0), column, text);
        }
        for (const row of paper.rows.keys()) if (row > 0) paper.set(row, 6, 'typed over');

        const layout = layoutOf(paper);
        const audit = { known: orders, landed: [], lost: [], behind: new Set<string>() };
        let left = planBatch(layout, [], audit);
        const written = new Set<string>();
        const gaps = [...between];
        let isUndisturbed = true;
        while (isUndisturbed && !isNothing(left)) {
          const { part, rest } = cutPlan(left, new Set(), BY_ROWS, { rows, bytes: Number.POSITIVE_INFINITY });
          const next = gaps.shift();
          if (next !== undefined) disturb(paper, next);
          paper.carryOut(part);
          for (const { orderId } of part.writes) written.add(orderId);
          isUndisturbed = isDone(part, layout, readLayout(paper.tab()), rest);
          left = rest;
        }
        if (!isUndisturbed) putRight(paper, [], orders, layout.columns, orders, written);

        for (const [id, shownRows] of paper.shown()) {
          const order = orders.find((one) => one.id === id);
          expect(shownRows).toEqual([order && expectedCells(order, paper.columns)]);
        }
      }),
      { numRuns: 1_000 },
    );
  });

  it('a row of an order that was put right while somebody inserted one leaves nothing in that one', () => {
    const paper = paperWith([A, B, C]);
    for (const row of [1, 2, 3]) paper.set(row, 6, 'typed over');
    const before = layoutOf(paper);
    const plan = planBatch(before, [], { known: [A, B, C], landed: [], lost: [], behind: new Set() });
    paper.insertRow(1);
    paper.carryOut(plan);
    expect(isDone(plan, before, layoutOf(paper))).toBe(false);
    putRight(paper, [], [A, B, C], before.columns, [A, B, C], new Set([A.id, B.id, C.id]));
    expectOrders(paper, [A, B, C]);
    expect(paper.rows[1]?.filter((text) => text !== '')).toEqual([]);
  });

  it('what people wrote beside an order stays beside it while only rows are moved', () => {
    const rowsOnly = scenario.map((given) => ({
      ...given,
      between: given.between.filter(({ name }) => name === 'sort' || name === 'insert row'),
    }));
    fc.assert(
      fc.property(rowsOnly, ({ count, appended, changed, between }) => {
        const old = Array.from({ length: count }, (_, n) => orderNumber(n));
        const isChanged = new Set(changed.map((n) => n % count));
        const now = old.map((order, n) => (isChanged.has(n) ? confirmed(order) : order));
        const fresh = Array.from({ length: appended }, (_, n) => orderNumber(100 + n));
        const batch = [...now.filter((_, n) => isChanged.has(n)), ...fresh];
        const paper = paperWith(old, 10);
        for (const [n] of old.entries()) paper.set(n + 1, 9, `note ${n}`);
        const layout = layoutOf(paper);
        const plan = planBatch(layout, batch);
        for (const one of between) disturb(paper, one);
        paper.carryOut(plan);
        if (!isDone(plan, layout, readLayout(paper.tab())))
          putRight(paper, batch, [...now, ...fresh], layout.columns, now);
        for (const [n, { id }] of old.entries()) {
          expect(paper.rows.find((row) => row[0] === id)?.[9]).toBe(`note ${n}`);
        }
        expectOrders(paper, [...now, ...fresh]);
      }),
      { numRuns: 1_000 },
    );
  });
});
