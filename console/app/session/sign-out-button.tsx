import { Button } from '../parts/button';
import { Failure } from '../parts/failure';
import { useAction } from '../parts/use-action';
import { useSessionContext } from './session';

export function SignOutButton() {
  const { signOut } = useSessionContext();
  const leave = useAction(signOut);
  return (
    <>
      <Button look="quiet" icon="exit" busy={leave.busy} onClick={() => leave.run()}>
        Sign out
      </Button>
      {leave.error === undefined ? null : <Failure error={leave.error} onRetry={leave.run} />}
    </>
  );
}
