import type { SheetAttempt } from '../api/wire';
import { elapsedText } from '../format/time';
import { countText, shortId } from '../format/words';
import { Button } from '../parts/button';
import { Empty } from '../parts/empty';
import { Failure } from '../parts/failure';
import { Skeleton } from '../parts/skeleton';
import { Chip, type Tone } from '../parts/status-chip';
import { Time } from '../parts/time';
import type { Pages } from '../parts/use-pages';
import { PATHS } from '../routing/route';
import { Link } from '../routing/router';
import { causeText } from './sheet-words';

const RESULTS: Readonly<Record<SheetAttempt['result'], readonly [Tone, string]>> = {
  synced: ['done', 'Written'],
  retried: ['waiting', 'Tried again'],
  parked: ['alarm', 'Stopped'],
};
/** More links than that help nobody; the number is said. */
const ORDERS_SHOWN = 12;

/** Every attempt to write to the sheet, newest first. */
export function AttemptTable({ list }: { readonly list: Pages<SheetAttempt> }) {
  return (
    <section aria-labelledby="attempts-title">
      <h2 class="section-title" id="attempts-title">
        What was written
      </h2>
      {list.error === undefined ? null : <Failure error={list.error} onRetry={list.reload} />}
      {list.data === undefined && list.error === undefined ? <Skeleton lines={5} what="attempts" /> : null}
      {list.data?.rows.length === 0 ? (
        <Empty icon="sheet" title="Nothing was written yet">
          <p>Each time orders are written to the sheet, it is noted here.</p>
        </Empty>
      ) : null}
      {list.data === undefined || list.data.rows.length === 0 ? null : (
        <table class="table">
          <caption class="sr-only">Attempts to write to the sheet, newest first</caption>
          <thead>
            <tr>
              <th scope="col">When</th>
              <th scope="col">Result</th>
              <th scope="col">Orders</th>
              <th scope="col">What changed</th>
              <th scope="col" class="is-number">
                Took
              </th>
            </tr>
          </thead>
          <tbody>
            {list.data.rows.map((attempt) => (
              <AttemptRow key={attempt.id} attempt={attempt} />
            ))}
          </tbody>
        </table>
      )}
      {list.more.error === undefined ? null : <Failure error={list.more.error} onRetry={list.more.run} />}
      {(list.data?.nextPageToken ?? '') === '' ? null : (
        <div class="more">
          <Button busy={list.more.busy} onClick={() => list.more.run()}>
            {list.more.busy ? 'Loading…' : 'Load older attempts'}
          </Button>
        </div>
      )}
    </section>
  );
}

function AttemptRow({ attempt }: { readonly attempt: SheetAttempt }) {
  const [tone, label] = RESULTS[attempt.result];
  const shown = attempt.order_ids.slice(0, ORDERS_SHOWN);
  return (
    <tr>
      <td>
        <Time at={attempt.started_at} as="day" />
      </td>
      <td>
        <Chip tone={tone}>{label}</Chip>
      </td>
      <td>
        <details class="reference">
          <summary>{countText(attempt.order_ids.length, 'order')}</summary>
          <p class="id-list">
            {shown.map((id) => (
              <Link key={id} to={PATHS.order(id)}>
                {shortId(id)}
              </Link>
            ))}
            {shown.length === attempt.order_ids.length ? null : ` and ${attempt.order_ids.length - shown.length} more`}
          </p>
          <dl>
            <dt>Attempt</dt>
            <dd>{attempt.attempt}</dd>
            <dt>Correlation ids</dt>
            <dd>
              <code>{attempt.correlation_ids.slice(0, ORDERS_SHOWN).join(' ')}</code>
            </dd>
          </dl>
        </details>
      </td>
      <td>{outcomeText(attempt)}</td>
      <td class="is-number">{elapsedText(attempt.duration_ms)}</td>
    </tr>
  );
}

function outcomeText({ cause, status_code: statusCode, written }: SheetAttempt): string {
  if (cause !== null) return `${causeText(cause)}${statusCode === null ? '' : ` (${statusCode})`}`;
  if (written === null) return 'Nothing';
  const parts = [
    ...(written.appended > 0 ? [`${written.appended} added`] : []),
    ...(written.updated > 0 ? [`${written.updated} updated`] : []),
    ...(written.mended > 0 ? [`${written.mended} mended`] : []),
  ];
  return parts.length === 0 ? 'Nothing to change' : parts.join(', ');
}
