import { type Html, html } from './html';

/** The frame of every page, which says on each that this is a model. */
export function frame(title: string, body: Html): Html {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title} · Sheets model</title>
<link rel="icon" href="/assets/icon.svg" type="image/svg+xml">
<link rel="stylesheet" href="/assets/sheet.css">
<script type="module" src="/assets/sheet.js"></script>
</head>
<body>
<aside class="model-note" aria-label="What this is"><strong>A model, not Google.</strong> This page imitates Google Sheets on your own machine. Nothing on it comes from Google or goes there.</aside>
${body}
</body>
</html>
`;
}

/** The mark of the model: a sheet with a folded corner. */
export function mark(): Html {
  return html`<svg class="mark" viewBox="0 0 24 24" width="28" height="28" aria-hidden="true"><path class="mark-paper" d="M5 2h10l5 5v13a2 2 0 0 1-2 2H5a2 2 0 0 1-2-2V4a2 2 0 0 1 2-2z"/><path class="mark-fold" d="M15 2v5h5z"/><path class="mark-lines" d="M6.5 11h11M6.5 14.5h11M6.5 18h11M10.5 11v7"/></svg>`;
}
