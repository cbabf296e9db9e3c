import type { JsonValue } from '@crossdock/core';
import type { ParameterEntity } from '../entities/parameter.entity.ts';
import { parameterPlace } from '../secrets/places.ts';
import type { SecretBox } from '../secrets/secret-box.ts';
import type { KnownParameter, ReadParameter } from './parameter-input.ts';

/** A parameter's row, but for when and by whom. */
export function parameterColumns(
  secrets: SecretBox,
  id: string,
  { name, dataType, secret, value }: ReadParameter,
): Pick<ParameterEntity, 'name' | 'dataType' | 'secret'> & { value: object } {
  const stored = secret ? secrets.seal(JSON.stringify(value), parameterPlace(id)) : value;
  // TypeORM writes what it is given as JSON, but takes objects only.
  return { name, dataType, secret, value: stored as object };
}

/** Without a value where no key opens it: it can be entered again. */
export function knownParameter(secrets: SecretBox, row: ParameterEntity): KnownParameter {
  const { name, dataType, secret } = row;
  if (!secret) return { name, secret, dataType, value: row.value as JsonValue };
  const opened = secrets.open(row.value as string, parameterPlace(row.id));
  return { name, secret, dataType, value: opened.ok ? (JSON.parse(opened.text) as JsonValue) : undefined };
}
