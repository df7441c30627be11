// Every workflow that sync-worker's bundle holds: it finds them by these names.
export { SheetCheckWorkflow } from './sheet-check';
