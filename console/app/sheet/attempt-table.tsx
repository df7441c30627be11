import type { SheetAttempt } from '../api/wire';
import { elapsedText } from '../format/time';
import { countText, shortId } from '../format/words';
import { Button } from '../parts/button';
import { Empty } from '../parts/empty';
import { Failure } from '../parts/failure';
import { Skeleton } from '../parts/skeleton';
import { Chip, type Tone } from '../parts/status-chip';
import { Time } from '../parts/time';
import { useAction } from '../parts/use-action';
import type { Loaded } from '../parts/use-load';
import { PATHS } from '../routing/route';
import { Link } from '../routing/router';
import { useSession } from '../session/session';
import { type AttemptList, listAttempts } from './sheet-calls';
import { causeText } from './sheet-words';

const RESULTS: Readonly<Record<SheetAttempt['result'], readonly [Tone, string]>> = {
  synced: ['done', 'Written'],
  retried: ['waiting', 'Tried again'],
  parked: ['alarm', 'Stopped'],
};
/** More links than that help nobody; the number is said. */
const ORDERS_SHOWN = 12;

/** Every attempt to write to the sheet, newest first. */
export function AttemptTable({ list }: { readonly list: Loaded<AttemptList> }) {
  const { api } = useSession();
  const more = useAction(async () => {
    if (list.data === undefined) return;
    const page = await listAttempts(api, { pageToken: list.data.nextPageToken });
    list.change((now) => ({ attempts: [...now.attempts, ...page.attempts], nextPageToken: page.nextPageToken }));
  });
  return (
    <section aria-labelledby="attempts-title">
      <h2 class="section-title" id="attempts-title">
        What was written
      </h2>
      {list.error === undefined ? null : <Failure error={list.error} onRetry={list.reload} />}
      {list.data === undefined && list.error === undefined ? <Skeleton lines={5} what="attempts" /> : null}
      {list.data?.attempts.length === 0 ? (
        <Empty icon="sheet" title="Nothing was written yet">
          <p>Each time orders are written to the sheet, it is noted here.</p>
        </Empty>
      ) : null}
      {list.data === undefined || list.data.attempts.length === 0 ? null : (
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
            {list.data.attempts.map((attempt) => (
              <AttemptRow key={attempt.id} attempt={attempt} />
            ))}
          </tbody>
        </table>
      )}
      {more.error === undefined ? null : <Failure error={more.error} onRetry={more.run} />}
      {(list.data?.nextPageToken ?? '') === '' ? null : (
        <div class="more">
          <Button busy={more.busy} onClick={() => more.run()}>
            {more.busy ? 'Loading…' : 'Load older attempts'}
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
      <td data-label="When">
        <Time at={attempt.started_at} as="day" />
      </td>
      <td data-label="Result">
        <Chip tone={tone}>{label}</Chip>
      </td>
      <td data-label="Orders">
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
      <td data-label="What changed">{outcomeText(attempt)}</td>
      <td data-label="Took" class="is-number">
        {elapsedText(attempt.duration_ms)}
      </td>
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
