import type { Catalogue, CatalogueItem } from '../domain/booking/catalogue';
import { type Catalogue as CatalogueMessage, CatalogueService } from '../gen/orderbooking/v1/catalogue_service_pb';
import type { Answered, CallOptions } from './client-options';
import { isoOf, required } from './message-words';
import type { UnaryCaller } from './unary-caller';

/** What the API key's tenant sells. */
export type OwnCatalogue = Omit<Catalogue, 'userId'>;

/** CatalogueService. Every method throws a `FailedCall`. */
export interface CatalogueCalls {
  getCatalogue(options?: CallOptions): Promise<Answered<{ readonly catalogue: OwnCatalogue }>>;
  /** Replaces the whole catalogue; no items remove it. */
  updateCatalogue(
    items: readonly CatalogueItem[],
    options?: CallOptions,
  ): Promise<Answered<{ readonly catalogue: OwnCatalogue }>>;
}

const { method } = CatalogueService;

export function catalogueCalls(call: UnaryCaller): CatalogueCalls {
  return {
    getCatalogue: (options) =>
      call(method.getCatalogue, {}, options, { repeatable: true }, ({ catalogue }) => ({
        catalogue: catalogueFrom(catalogue),
      })),
    updateCatalogue(items, options) {
      const message = { items: items.map(({ name, aliases, active }) => ({ name, aliases: [...aliases], active })) };
      return call(method.updateCatalogue, message, options, { repeatable: true }, ({ catalogue }) => ({
        catalogue: catalogueFrom(catalogue),
      }));
    },
  };
}

function catalogueFrom(message: CatalogueMessage | undefined): OwnCatalogue {
  const { items, updatedAt } = required(message, 'a catalogue');
  return {
    items: items.map(({ name, aliases, active }) => ({ name, aliases: [...aliases], active: active ?? true })),
    updatedAt: isoOf(updatedAt),
  };
}
