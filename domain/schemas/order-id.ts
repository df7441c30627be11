import * as z from 'zod';
import { orderId } from './fields';

/** The path parameters of `/api/orders/{id}…`: `{ id }`, lower-cased. A single id is read with `orderId` of `fields.ts`. */
export const orderIdParamsSchema = z.strictObject({ id: orderId });
