import { Failure } from '../parts/failure';
import { RouterProvider } from '../routing/router';
import { SessionProvider, useSessionContext } from '../session/session';
import { SignIn } from '../session/sign-in';
import { MessagesProvider } from './messages';
import { Shell } from './shell';
import { Splash } from './splash';

export function App() {
  return (
    <MessagesProvider>
      <RouterProvider>
        <SessionProvider>
          <Gate />
        </SessionProvider>
      </RouterProvider>
    </MessagesProvider>
  );
}

/** Shows the console to whoever is signed in, and the way in to everybody else. The URL stays, so one comes back to where one was. */
function Gate() {
  const { state, check } = useSessionContext();
  switch (state.kind) {
    case 'checking':
      return <Splash />;
    case 'unknown':
      return (
        <Splash>
          <Failure error={state.error} onRetry={check} />
        </Splash>
      );
    case 'signed_out':
      return <SignIn because={state.because} />;
    case 'signed_in':
      // Another business in the same tab begins with nothing of the one before.
      return <Shell key={state.session.user_id} />;
  }
}
