import * as z from 'zod';
import {
  CATALOGUE_ALIASES_MAX,
  CATALOGUE_ITEMS_MAX,
  type CatalogueItem,
  catalogueViolations,
} from '../booking/catalogue';
import { arrayOfAtMost } from './bounded-array';
import { NAME_MAX_CODE_POINTS, requiredLine } from './fields';

const NAME_RULE = { maxCodePoints: NAME_MAX_CODE_POINTS, multiline: false };

const catalogueItem = z.strictObject({
  name: requiredLine(NAME_RULE, {
    description: 'What the business calls it, 1 to 200 characters.',
    examples: ['Margherita'],
  }),
  aliases: arrayOfAtMost(requiredLine(NAME_RULE, { description: 'Another name.' }), CATALOGUE_ALIASES_MAX, {
    description: 'Other names that customers use for it, at most 20.',
    examples: [['pizza margherita', 'marg']],
  }).default([]),
  active: z.boolean().default(true).meta({ description: 'Whether it can be ordered now.' }),
});

/** The body of `PUT /api/catalogue`: the whole catalogue. Without items there is none, and the customer's words alone decide. */
export const updateCatalogueSchema = z
  .strictObject({
    items: arrayOfAtMost(catalogueItem, CATALOGUE_ITEMS_MAX, {
      description: 'Everything there is, at most 1,000 items.',
    }),
  })
  .superRefine(({ items }, context) => {
    for (const { field, description } of catalogueViolations(items)) {
      context.addIssue({ code: 'custom', path: [field], message: description });
    }
  })
  .transform((wire): readonly CatalogueItem[] => wire.items);
