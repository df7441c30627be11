import type { SheetCause } from '../../domain/sheets/causes';

/** Why orders could not be written into a sheet. Holds nothing of them, and nothing of the credentials. */
export class SheetFailure extends Error {
  override readonly name = 'SheetFailure';
  /** Of Google's answer; undefined where there was none, or where Google was not asked. */
  readonly status: number | undefined;
  /** How long Google wants to be left alone. */
  readonly retryAfterMs: number | undefined;

  constructor(
    readonly reason: SheetCause,
    answer: { readonly status?: number | undefined; readonly retryAfterMs?: number | undefined } = {},
  ) {
    super(`the sheet cannot be written: ${reason}`);
    this.status = answer.status;
    this.retryAfterMs = answer.retryAfterMs;
  }

  /** Whether Google said no: what was asked for has not been done and will not be. Of anything else nobody knows. */
  get isRefusal(): boolean {
    return this.status !== undefined && this.status >= 400 && this.status < 500 && this.status !== 408;
  }
}
