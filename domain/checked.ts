/** The outcome of reading one value that came from outside. `problem` completes the sentence "<field> …" and never holds the value. */
export type Checked<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly problem: string };
