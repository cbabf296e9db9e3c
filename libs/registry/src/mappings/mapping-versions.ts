import type { ListPart, MappingDefinition, MappingVersion } from '@crossdock/core';
import { LessThan, type EntityManager } from 'typeorm';
import { MappingVersionEntity } from '../entities/mapping-version.entity.ts';

/** What a mapping was, newest first; undefined where there never was such a mapping. */
export async function readVersions(
  manager: EntityManager,
  { store, id }: { readonly store: string; readonly id: string },
  { after, limit }: ListPart<number>,
): Promise<readonly MappingVersion[] | undefined> {
  const rows = await manager.find(MappingVersionEntity, {
    where: { storeId: store, mappingId: id, ...(after === undefined ? {} : { revision: LessThan(after) }) },
    order: { revision: 'desc' },
    // The one before the last tells what that changed.
    take: limit + 1,
  });
  if (rows.length === 0 && !(await manager.existsBy(MappingVersionEntity, { storeId: store, mappingId: id }))) return undefined;
  return rows.map((row, index) => versionOf(row, rows[index + 1])).slice(0, limit);
}

function versionOf(row: MappingVersionEntity, before: MappingVersionEntity | undefined): MappingVersion {
  const now = definitionOf(row);
  const then = before === undefined ? null : definitionOf(before);
  return {
    revision: row.revision,
    kind: now === null ? 'removed' : then === null ? 'created' : 'changed',
    changed_at: row.changedAt?.toISOString() ?? null,
    changed_by: row.changedBy,
    changed: now === null || then === null ? [] : [...changedMembers(now, then), ...(row.tokenChanged ? ['token'] : [])],
    definition: now,
  };
}

const definitionOf = ({ definition }: MappingVersionEntity): MappingDefinition | null => definition as MappingDefinition | null;

/** Members whose values differ; those of `options` one by one. */
function changedMembers(now: MappingDefinition, then: MappingDefinition): readonly string[] {
  const { options, ...members } = now;
  const { options: formerOptions, ...former } = then;
  return [...differing(members, former), ...differing(options, formerOptions).map((option) => `options.${option}`)];
}

function differing(now: object, then: object): readonly string[] {
  const former = new Map<string, unknown>(Object.entries(then));
  const present = Object.entries(now).filter(([name, value]) => JSON.stringify(value) !== JSON.stringify(former.get(name)));
  const gone = [...former.keys()].filter((name) => !(name in now));
  return [...present.map(([name]) => name), ...gone];
}
