import { Component, type ComponentChildren } from 'preact';
import { asApiError } from '../api/api-error';
import { Button } from '../parts/button';
import { Failure } from '../parts/failure';

interface Props {
  readonly children: ComponentChildren;
}

/** Keeps a defect of one page to that page: the rest of the console stays, and the page can be tried again. */
export class Boundary extends Component<Props, { readonly error: unknown }> {
  override state = { error: undefined };

  static override getDerivedStateFromError(error: unknown) {
    return { error };
  }

  override componentDidCatch(error: unknown): void {
    console.error(error);
  }

  override render() {
    if (this.state.error === undefined) return this.props.children;
    return (
      <div class="page">
        <Failure error={asApiError(this.state.error)} title="This page has broken">
          <Button icon="refresh" onClick={() => location.reload()}>
            Load it again
          </Button>
        </Failure>
      </div>
    );
  }
}
