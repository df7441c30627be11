/** One side of the comparison, as the load generator calls it. */
export interface Caller {
  /** One new order or workflow, from the request to the answer. Rejects when it was not made. */
  call(): Promise<void>;
  /** Of a call that was answered. */
  lastWorkflowId(): string;
  close(): Promise<void>;
}
