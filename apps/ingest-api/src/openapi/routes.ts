import { GUARDS_METADATA, HTTP_CODE_METADATA, METHOD_METADATA, MODULE_METADATA, PATH_METADATA } from '@nestjs/common/constants.js';
import { RequestMethod, type Type } from '@nestjs/common';
import { AdminGuard } from '../auth/admin.guard.ts';
import { StoreGuard } from '../auth/store.guard.ts';
import { OWN_ROUTE, type ErrorForm } from '../http/own-route.ts';
import { OPERATION, type OperationFacts } from './operation.ts';

export type Access = 'anybody' | 'store' | 'admin';

/** A route as its decorators tell it. */
export interface DescribedRoute {
  /** Lower case. */
  readonly method: string;
  /** As OpenAPI writes it: `/api/stores/{store_id}`. */
  readonly path: string;
  readonly id: string;
  /** Of a success. */
  readonly status: number;
  readonly access: Access;
  readonly form: ErrorForm;
  readonly facts: OperationFacts;
}

/** The routes of the module's controllers. Throws where one is not described. */
export function describedRoutes(module: Type): readonly DescribedRoute[] {
  const controllers = Reflect.getMetadata(MODULE_METADATA.CONTROLLERS, module) as readonly Type[];
  return controllers.flatMap((controller) => {
    const prototype = controller.prototype as Readonly<Record<string, object>>;
    return Object.getOwnPropertyNames(prototype)
      .filter((name) => name !== 'constructor' && Reflect.hasMetadata(METHOD_METADATA, prototype[name] ?? {}))
      .flatMap((name) => routesOf(controller, prototype[name] ?? {}, `${controller.name}.${name}`));
  });
}

function routesOf(controller: Type, handler: object, name: string): readonly DescribedRoute[] {
  const read = <T>(key: string | symbol, target: object = handler): T | undefined => Reflect.getMetadata(key, target) as T | undefined;
  const facts = read<OperationFacts>(OPERATION);
  if (facts === undefined) throw new TypeError(`${name} has no @Operation: the OpenAPI document would lack its route.`);
  const method = RequestMethod[read<RequestMethod>(METHOD_METADATA) ?? RequestMethod.GET].toLowerCase();
  const guards = [...(read<readonly unknown[]>(GUARDS_METADATA, controller) ?? []), ...(read<readonly unknown[]>(GUARDS_METADATA) ?? [])];
  const paths = listed(read<string | readonly string[]>(PATH_METADATA)).map((path) => pathOf(read(PATH_METADATA, controller), path));
  const ids = listed(facts.id);
  if (ids.length !== paths.length) throw new TypeError(`${name} has ${paths.length} paths and ${ids.length} operation ids.`);
  return paths.map((path, index) => ({
    method,
    path,
    id: ids[index] ?? '',
    status: read<number>(HTTP_CODE_METADATA) ?? (method === 'post' ? 201 : 200),
    access: accessOf(guards, facts),
    form: read(OWN_ROUTE) === true ? 'problem' : 'original',
    facts,
  }));
}

function accessOf(guards: readonly unknown[], facts: OperationFacts): Access {
  if (guards.includes(AdminGuard)) return 'admin';
  return guards.includes(StoreGuard) ? 'store' : (facts.access ?? 'anybody');
}

function pathOf(controller: string | undefined, path: string): string {
  const segments = `${controller ?? ''}/${path}`.split('/').filter((segment) => segment !== '');
  return `/${segments.map((segment) => (segment.startsWith(':') ? `{${segment.slice(1)}}` : segment)).join('/')}`;
}

const listed = (value: string | readonly string[] | undefined): readonly string[] =>
  typeof value === 'string' ? [value] : (value ?? ['']);
