// Every workflow that sync-worker's bundle holds: it finds them by these names.
export { DeliverNowWorkflow } from './deliver-now';
export { ForgetHistoryWorkflow } from './forget-history';
export { SheetCheckWorkflow } from './sheet-check';
export { SheetSweepWorkflow } from './sheet-sweep';
export { SheetSyncWorkflow } from './sheet-sync';
