import * as z from 'zod';
import type { Metadata, Spreadsheet } from '../model/spreadsheet';
import { dataFilter } from './data-filter';
import { asksFor, parseFields } from './fields-mask';
import { badRequest, notModelled } from './google-error';
import { createMetadata, developerMetadata, findMetadata, metadataAnswer } from './metadata';

export const createMetadataRequest = z.strictObject({ developerMetadata });
export const updateMetadataRequest = z.strictObject({
  dataFilters: z.array(dataFilter).nullish(),
  developerMetadata: developerMetadata.nullish(),
  fields: z.string().nullish(),
});
export const deleteMetadataRequest = z.strictObject({ dataFilter: dataFilter.nullish() });

export function makeMetadata(
  draft: Spreadsheet,
  request: z.output<typeof createMetadataRequest>,
  project: string,
): object {
  return { developerMetadata: metadataAnswer(createMetadata(draft, request.developerMetadata, project)) };
}

/** Changes key or value of what the filters find; where it lies is not modelled as a thing to change. */
export function changeMetadata(
  draft: Spreadsheet,
  request: z.output<typeof updateMetadataRequest>,
  project: string,
): object {
  const { developerMetadata: given, fields } = request;
  if (!fields) throw badRequest("At least one field must be listed in 'fields'. (Use '*' to indicate all fields.)");
  const mask = parseFields(fields);
  if (asksFor(mask, ['location']) || asksFor(mask, ['visibility'])) throw notModelled('moving developer metadata');
  const found = new Set((request.dataFilters ?? []).flatMap((filter) => lookedUp(draft, filter, project)));
  const changed = (entry: Metadata): Metadata => ({
    ...entry,
    key: asksFor(mask, ['metadataKey']) ? given?.metadataKey || entry.key : entry.key,
    value: asksFor(mask, ['metadataValue']) ? (given?.metadataValue ?? undefined) : entry.value,
  });
  const after = [...found].map(changed);
  const byId = new Map(after.map((entry) => [entry.id, entry]));
  draft.metadata = draft.metadata.map((entry) => byId.get(entry.id) ?? entry);
  return { developerMetadata: after.map(metadataAnswer) };
}

export function deleteMetadata(
  draft: Spreadsheet,
  { dataFilter: filter }: z.output<typeof deleteMetadataRequest>,
  project: string,
): object {
  if (!filter) throw badRequest('A data filter must be specified.');
  const found = new Set(lookedUp(draft, filter, project));
  draft.metadata = draft.metadata.filter((entry) => !found.has(entry));
  return { deletedDeveloperMetadata: [...found].map(metadataAnswer) };
}

function lookedUp(draft: Spreadsheet, filter: z.output<typeof dataFilter>, project: string): readonly Metadata[] {
  if (!filter.developerMetadataLookup) throw notModelled('metadata selected by a range');
  return findMetadata(draft, filter.developerMetadataLookup, project);
}
