/** The mark: an order ticket, ticked off. */
export function Brand() {
  return (
    <svg class="brand" viewBox="0 0 64 64" aria-hidden="true" focusable="false">
      <rect width="64" height="64" rx="15" class="brand-ground" />
      <path
        class="brand-paper"
        d="M18 11h28a2 2 0 0 1 2 2v38.5l-4-3.2-4 3.2-4-3.2-4 3.2-4-3.2-4 3.2-4-3.2-4 3.2V13a2 2 0 0 1 2-2z"
      />
      <path class="brand-lines" d="M23.5 21.5h17M23.5 29h9.5" />
      <path class="brand-tick" d="m31 38.2 3.6 3.6 7-8" />
    </svg>
  );
}
