/** Lets one reader sleep until there is news. News that comes while it is not asleep is kept, so none is missed. */
export class Waker {
  private news = false;
  private resume: (() => void) | undefined;

  wake(): void {
    this.news = true;
    this.resume?.();
  }

  /** Resolves at once if there was news since the last call; otherwise when there is, or when `signal` is aborted. */
  async woken(signal: AbortSignal): Promise<void> {
    if (!this.news && !signal.aborted) {
      await new Promise<void>((resolve) => {
        this.resume = resolve;
        signal.addEventListener('abort', this.onAbort);
      });
      // Taken off again: a stream sleeps thousands of times under one signal.
      signal.removeEventListener('abort', this.onAbort);
      this.resume = undefined;
    }
    this.news = false;
  }

  private readonly onAbort = () => this.resume?.();
}
