/** Which places of the database hold sealed values: part of what is sealed, so never to be changed. */
export const tokenPlace = (mapping: string): string => `${mapping}/mapping.token`;
export const integrationTokenPlace = (integration: string): string => `${integration}/integration.token`;
export const parameterPlace = (parameter: string): string => `${parameter}/parameter.value`;
