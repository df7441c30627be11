// Every workflow the bundle holds: a worker finds them by these names.
export { OrderWorkflow } from './order';
