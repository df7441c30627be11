// Every workflow that sync-worker's bundle holds: it finds them by these names.
export { DeliverNowWorkflow } from './deliver-now';
export { SheetCheckWorkflow } from './sheet-check';
