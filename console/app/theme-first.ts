import { applyTheme, savedTheme } from './theme';

// Runs before anything is painted: a dark page must not flash white first.
applyTheme(savedTheme());
