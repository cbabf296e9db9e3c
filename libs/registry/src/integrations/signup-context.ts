import type { Change, NewId } from '@crossdock/core';
import type { EntityManager } from 'typeorm';
import type { MappingRules } from '../mappings/mapping-input.ts';
import type { SecretBox } from '../secrets/secret-box.ts';

/** Where and by whom, in whose transaction. */
export interface Signup {
  readonly manager: EntityManager;
  readonly store: string;
  readonly id: string;
  readonly change: Change;
}

export interface SignupTools {
  readonly newId: NewId;
  readonly secrets: SecretBox;
  readonly rules: MappingRules;
}
