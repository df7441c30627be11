/** A gRPC client takes messages of 4 MiB unless told otherwise; a page of the largest rows would have more than twice that. */
const PAGE_BYTES = 2_000_000;

/** The first rows that fit a page, at least one. A page may be shorter than was asked for (AIP-158). */
export function firstThatFit<Row>(rows: readonly Row[], bytesOf: (row: Row) => number): readonly Row[] {
  let bytes = 0;
  const first = rows.findIndex((row) => {
    bytes += bytesOf(row);
    return bytes > PAGE_BYTES;
  });
  return first === -1 ? rows : rows.slice(0, Math.max(1, first));
}
