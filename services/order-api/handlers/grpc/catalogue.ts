import { create, type MessageInitShape } from '@bufbuild/protobuf';
import type { Catalogue } from '../../../../domain/booking/catalogue';
import { updateCatalogueSchema } from '../../../../domain/schemas/catalogue';
import { parseInput } from '../../../../domain/schemas/parse';
import {
  type CatalogueSchema,
  type CatalogueService,
  GetCatalogueResponseSchema,
  UpdateCatalogueResponseSchema,
} from '../../../../gen/orderbooking/v1/catalogue_service_pb';
import type { UseCases } from '../../use-cases/contract';
import { timestampMessage } from './order-message';
import type { UnaryHandler } from './unary';

/** CatalogueService.GetCatalogue. */
export function getCatalogue(useCases: UseCases): UnaryHandler<typeof CatalogueService.method.getCatalogue> {
  return async (_request, call) =>
    create(GetCatalogueResponseSchema, { catalogue: catalogueMessage(await useCases.getCatalogue(call)) });
}

/** CatalogueService.UpdateCatalogue. */
export function updateCatalogue(useCases: UseCases): UnaryHandler<typeof CatalogueService.method.updateCatalogue> {
  return async (request, call) => {
    const items = parseInput(updateCatalogueSchema, {
      items: request.items.map(({ name, aliases, active }) => ({ name, aliases, active })),
    });
    return create(UpdateCatalogueResponseSchema, {
      catalogue: catalogueMessage(await useCases.updateCatalogue(call, items)),
    });
  };
}

function catalogueMessage(catalogue: Catalogue): MessageInitShape<typeof CatalogueSchema> {
  return {
    items: catalogue.items.map(({ name, aliases, active }) => ({ name, aliases: [...aliases], active })),
    updatedAt: timestampMessage(catalogue.updatedAt),
  };
}
