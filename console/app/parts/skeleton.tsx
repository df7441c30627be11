/** The shape of what is being loaded. Said once to a screen reader, whatever the number of lines. */
export function Skeleton({ lines = 3, what }: { readonly lines?: number; readonly what: string }) {
  return (
    <div class="skeleton" role="status">
      <span class="sr-only">Loading {what}…</span>
      {Array.from({ length: lines }, (_, index) => (
        <span class="skeleton-line" key={index} />
      ))}
    </div>
  );
}
