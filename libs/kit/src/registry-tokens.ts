/** Injection tokens for what the registry offers; the interfaces are the core's. */
export const STORE_DIRECTORY: unique symbol = Symbol('StoreDirectory');
export const TOKEN_VERIFIER: unique symbol = Symbol('TokenVerifier');
export const MAPPING_STORE: unique symbol = Symbol('MappingStore');
export const PARAMETER_STORE: unique symbol = Symbol('ParameterStore');
