// Every workflow the bundle holds: a worker finds them by these names.
export { BookingWorkflow } from './booking';
export { OrderWorkflow } from './order';
