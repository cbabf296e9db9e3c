export { createHttpGetter, type HttpGetterOptions } from './fetching/http-getter.ts';
export { checkUrl, describeRefusal, type CheckedUrl, type UrlRefusal } from './guard/check-url.ts';
export {
  describePolicy,
  parseEgressPolicy,
  type EgressPolicy,
  type EgressSettings,
  type ParsedEgressPolicy,
} from './guard/egress-policy.ts';
export type { EgressRefusal } from './guard/guarded-lookup.ts';
export { networkResolver, resolverFor, systemResolver, type AddressResolver, type ResolvedAddress } from './guard/resolver.ts';
export { createHttpSender, defaultLimits, HttpSender, type HttpSenderLimits, type HttpSenderOptions } from './sending/http-sender.ts';
