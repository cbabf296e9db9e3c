import { isPoll, maxMessageTypeLength, messageTypePattern } from '@crossdock/contracts';
import { isJsonObject, type JsonObject } from '@crossdock/core';
import {
  ArrayMaxSize,
  ArrayMinSize,
  IsArray,
  IsInt,
  IsObject,
  IsOptional,
  IsString,
  Matches,
  Max,
  MaxLength,
  Min,
  ValidateIf,
  ValidateNested,
} from 'class-validator';
import { checkBody } from '../http/json-body.ts';

/** Messages that one test may use. */
export const MOST_MESSAGES = 1_000;
const MAX_SOURCE = 255;

/** Asked before it is known what the type is. */
const mayBePoll = ({ message }: { readonly message: unknown }): boolean => typeof message === 'string' && isPoll(message);

class GivenMessageDto {
  @IsString({ message: 'The message has no type' })
  @MaxLength(maxMessageTypeLength, { message: `The type is longer than ${maxMessageTypeLength} characters` })
  @Matches(messageTypePattern, { message: 'This is not the name of a message type, such as "order:new"' })
  message!: string;

  @ValidateIf((given: GivenMessageDto) => (given.payload ?? undefined) !== undefined || !mayBePoll(given))
  @IsObject({ message: 'The payload is not an object' })
  payload?: JsonObject | null;

  @IsOptional()
  @IsString({ message: 'The source is not a text' })
  @MaxLength(MAX_SOURCE, { message: `The source is longer than ${MAX_SOURCE} characters` })
  source?: string;
}

/** A mapping, or changes to one, and the messages to test it with: those that are given, or the last ones that came in. */
export class MappingTestDto {
  @IsObject({ message: 'The mapping is not an object' })
  mapping!: JsonObject;

  @IsOptional()
  @IsArray({ message: 'The messages are not an array' })
  @ArrayMinSize(1, { message: 'There are no messages to test with' })
  @ArrayMaxSize(MOST_MESSAGES, { message: `There are more than ${MOST_MESSAGES} messages` })
  @ValidateNested({ each: true, message: 'Each message is an object' })
  messages?: readonly GivenMessageDto[];

  @ValidateIf((test: MappingTestDto) => test.last !== undefined)
  @IsInt({ message: 'This is not a whole number' })
  @Min(1, { message: 'At least one message is needed' })
  @Max(MOST_MESSAGES, { message: `At most ${MOST_MESSAGES} messages are tested` })
  last?: number;
}

/** Payloads and mappings are strangers' objects, which are not copied into classes. */
export function readMappingTest(body: JsonObject): MappingTestDto {
  const { mapping, messages, last } = body;
  const given: unknown = Array.isArray(messages) ? messages.map(givenMessage) : (messages ?? undefined);
  return checkBody(Object.assign(new MappingTestDto(), { mapping, messages: given, last: last ?? undefined }), 'mapping_test_invalid');
}

function givenMessage(value: unknown): unknown {
  if (!isJsonObject(value)) return value;
  const { message, payload, source } = value;
  return Object.assign(new GivenMessageDto(), { message, payload, source });
}
