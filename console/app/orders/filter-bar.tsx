import { useEffect, useRef, useState } from 'preact/hooks';
import type { OrderStatus } from '../api/wire';
import { serverNow } from '../format/server-clock';
import { SOURCE_LABELS } from '../format/words';
import { Button, IconButton } from '../parts/button';
import { Icon } from '../parts/icon';
import { Mark, ORDER_TONES } from '../parts/status-chip';
import { useUniqueId } from '../parts/use-unique-id';
import { dayText, NO_FILTERS, ORDER_SOURCES, ORDER_STATUSES, type OrderFilters } from './order-filters';
import { STATUS_LABELS } from './order-moves';

/** How long typing has to pause before it is searched for. Shorter asks for every letter, longer feels stuck. */
const TYPING_MS = 250;
/** The API's bound. */
const SEARCH_MAX = 100;

/** Between what is chosen and the screen's edge. */
const PICK_MARGIN_PX = 16;

export function FilterBar({
  filters,
  onChange,
}: {
  readonly filters: OrderFilters;
  readonly onChange: (filters: OrderFilters, replace?: boolean) => void;
}) {
  const more = [filters.source, filters.from ?? filters.to].filter((value) => value !== undefined).length;
  const [open, setOpen] = useState(more > 0);
  const panel = useUniqueId();
  return (
    <search class="filters">
      <div class="filters-top">
        <SearchBox text={filters.search} onText={(search) => onChange({ ...filters, search }, true)} />
        <button
          type="button"
          class="button look-plain filter-toggle"
          aria-expanded={open}
          aria-controls={panel}
          onClick={() => setOpen(!open)}
        >
          <Icon name="filter" />
          <span>Filter</span>
          {more === 0 ? null : <span class="count-dot">{more}</span>}
        </button>
      </div>
      <StatusPicker status={filters.status} onPick={(status) => onChange({ ...filters, status })} />
      <div class="filters-more" id={panel} hidden={!open}>
        <label class="filter-part">
          <span>Source</span>
          <select
            class="input"
            value={filters.source ?? ''}
            onChange={({ currentTarget: { value } }) =>
              onChange({ ...filters, source: ORDER_SOURCES.find((source) => source === value) })
            }
          >
            <option value="">Any</option>
            {ORDER_SOURCES.map((source) => (
              <option key={source} value={source}>
                {SOURCE_LABELS[source]}
              </option>
            ))}
          </select>
        </label>
        <DayInput label="From" day={filters.from} onDay={(from) => onChange({ ...filters, from })} />
        <DayInput label="To" day={filters.to} onDay={(to) => onChange({ ...filters, to })} />
        <div class="filter-quick">
          <Button look="quiet" onClick={() => onChange({ ...filters, ...lastDays(1) })}>
            Today
          </Button>
          <Button look="quiet" onClick={() => onChange({ ...filters, ...lastDays(7) })}>
            Last 7 days
          </Button>
          <Button look="quiet" onClick={() => onChange(NO_FILTERS)}>
            Clear all
          </Button>
        </div>
      </div>
    </search>
  );
}

/** What is typed shows at once; it is searched for when typing pauses. */
function SearchBox({ text, onText }: { readonly text: string; readonly onText: (text: string) => void }) {
  const id = useUniqueId();
  const [typed, setTyped] = useState(text);
  const timer = useRef<ReturnType<typeof setTimeout>>();
  // As it is when typing pauses: another filter may have been set, or an order opened, since the last key.
  const latest = useRef(onText);
  latest.current = onText;
  const input = useRef<HTMLInputElement>(null);
  // "Clear all", and going back, change it from outside.
  useEffect(() => setTyped(text), [text]);
  useEffect(() => () => clearTimeout(timer.current), []);
  const change = (value: string, waitMs: number): void => {
    setTyped(value);
    clearTimeout(timer.current);
    timer.current = setTimeout(() => latest.current(value), waitMs);
  };
  return (
    <form
      class="search"
      onSubmit={(event) => {
        event.preventDefault();
        change(typed, 0);
      }}
    >
      <label class="sr-only" for={id}>
        Search by name, phone, item or order id
      </label>
      <Icon name="search" />
      <input
        ref={input}
        id={id}
        class="input"
        type="search"
        enterkeyhint="search"
        autocomplete="off"
        placeholder="Search orders"
        maxLength={SEARCH_MAX}
        value={typed}
        onInput={(event) => change(event.currentTarget.value, TYPING_MS)}
      />
      {typed === '' ? null : (
        <IconButton
          name="close"
          label="Clear the search"
          onClick={() => {
            change('', 0);
            input.current?.focus();
          }}
        />
      )}
    </form>
  );
}

function StatusPicker({
  status,
  onPick,
}: {
  readonly status: OrderStatus | undefined;
  readonly onPick: (status: OrderStatus | undefined) => void;
}) {
  const picker = useRef<HTMLFieldSetElement>(null);
  // On a phone the row is wider than the screen: what is chosen must not lie beside it. Not by scrollIntoView, from which the
  // next Tab would go on.
  useEffect(() => {
    const row = picker.current;
    const pick = row?.querySelector('[aria-pressed="true"]');
    if (row === null || pick === null || pick === undefined) return;
    const beyond = pick.getBoundingClientRect().right - row.getBoundingClientRect().right;
    if (beyond > 0) row.scrollLeft += beyond + PICK_MARGIN_PX;
  }, [status]);
  return (
    <fieldset class="picker" ref={picker}>
      <legend class="sr-only">State</legend>
      <button type="button" class="pick" aria-pressed={status === undefined} onClick={() => onPick(undefined)}>
        All
      </button>
      {ORDER_STATUSES.map((each) => (
        <button
          key={each}
          type="button"
          class={`pick tone-${ORDER_TONES[each]}`}
          aria-pressed={status === each}
          onClick={() => onPick(status === each ? undefined : each)}
        >
          <Mark tone={ORDER_TONES[each]} />
          {STATUS_LABELS[each]}
        </button>
      ))}
    </fieldset>
  );
}

function DayInput({
  label,
  day,
  onDay,
}: {
  readonly label: string;
  readonly day: string | undefined;
  readonly onDay: (day: string | undefined) => void;
}) {
  return (
    <label class="filter-part">
      <span>{label}</span>
      <input
        class="input"
        type="date"
        value={day ?? ''}
        onChange={({ currentTarget: { value } }) => onDay(value === '' ? undefined : value)}
      />
    </label>
  );
}

function lastDays(days: number): { readonly from: string; readonly to: string } {
  const today = serverNow();
  const first = new Date(today.getFullYear(), today.getMonth(), today.getDate() - days + 1);
  return { from: dayText(first), to: dayText(today) };
}
