import { Failure } from '../parts/failure';
import { Notice } from '../parts/notice';
import { Skeleton } from '../parts/skeleton';
import { useLoad } from '../parts/use-load';
import { useSession } from '../session/session';
import { PageHeading } from '../shell/page-heading';
import { Devices } from './devices';
import { listSubscriptions } from './notification-calls';
import { subscriptionHere } from './this-device';
import { Webhooks } from './webhooks';

export function NotificationsPage() {
  const { api, session, can } = useSession();
  const loaded = useLoad('subscriptions', async (signal) => {
    const all = await listSubscriptions(api, signal);
    return { all, here: await subscriptionHere(api, session.user_id, all, can('admin')) };
  });
  const { data, error } = loaded;
  return (
    <div class="page">
      <header class="page-head">
        <PageHeading title="Alerts" />
      </header>
      {can('admin') ? null : (
        <Notice>
          <p>
            You can see who is told of orders, but not change it: the key you signed in with lacks the scope{' '}
            <code>admin</code>.
          </p>
        </Notice>
      )}
      {error === undefined ? null : <Failure error={error} onRetry={loaded.reload} />}
      {data === undefined && error === undefined ? <Skeleton lines={5} what="subscriptions" /> : null}
      {data === undefined ? null : (
        <>
          <Devices here={data.here} all={data.all} onChanged={loaded.reload} />
          <Webhooks webhooks={data.all.filter(({ kind }) => kind === 'webhook')} onChanged={loaded.reload} />
        </>
      )}
    </div>
  );
}
