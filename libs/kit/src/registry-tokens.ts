/** Injection tokens for what the registry offers; the interfaces are the core's. */
export const STORE_DIRECTORY: unique symbol = Symbol('StoreDirectory');
export const TOKEN_VERIFIER: unique symbol = Symbol('TokenVerifier');
export const MAPPING_STORE: unique symbol = Symbol('MappingStore');
export const PARAMETER_STORE: unique symbol = Symbol('ParameterStore');
export const INTEGRATION_STORE: unique symbol = Symbol('IntegrationStore');
export const SCHEDULER_STORE: unique symbol = Symbol('SchedulerStore');
export const SCHEMA_STORE: unique symbol = Symbol('SchemaStore');
export const REGISTRY_HISTORY: unique symbol = Symbol('RegistryHistory');
