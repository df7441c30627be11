/** Google's ids, as the API takes them. */
const ID = /^[A-Za-z0-9_-]{1,128}$/;
const ID_IN_URL = /\/spreadsheets\/(?:u\/\d+\/)?d\/([A-Za-z0-9_-]+)/;
/** As the local stand-in's pages have it. */
const ID_IN_LOCAL_URL = /^https?:\/\/[^/]+\/spreadsheets\/([A-Za-z0-9_-]+)(?:[/?#]|$)/;

/** The id of a spreadsheet, from whatever an owner pastes: its URL with anything behind it, or the id itself; else undefined. */
export function spreadsheetIdOf(pasted: string): string | undefined {
  const text = pasted.trim();
  const inUrl = ID_IN_URL.exec(text)?.[1] ?? ID_IN_LOCAL_URL.exec(text)?.[1];
  if (inUrl !== undefined) return ID.test(inUrl) ? inUrl : undefined;
  return ID.test(text) ? text : undefined;
}

/** What is wrong with pasted credentials, before they are sent anywhere; undefined when they look like a service account's. */
export function credentialsProblem(pasted: string): string | undefined {
  let value: unknown;
  try {
    value = JSON.parse(pasted);
  } catch {
    return 'This is not JSON. Paste the whole file that Google gave you, from { to }.';
  }
  const fields = (typeof value === 'object' && value !== null ? value : {}) as Readonly<Record<string, unknown>>;
  if (typeof fields.client_email !== 'string' || typeof fields.private_key !== 'string') {
    return 'This is not the key of a service account: client_email and private_key are missing.';
  }
  return undefined;
}
