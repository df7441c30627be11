/** What a tenant's id may look like: 1 to 64 of these characters, so that it fits a workflow id and a search attribute as it is. */
export const TENANT_ID_PATTERN = /^[A-Za-z0-9_-]{1,64}$/;
