import { IsString, Length, Matches } from 'class-validator';

export class CreateStoreDto {
  @IsString({ message: 'The name is not a text' })
  @Length(1, 255, { message: 'The name has to have 1 to 255 characters' })
  @Matches(/^[^\p{Cc}\p{Cs}]*$/u, { message: 'The name holds a control character' })
  name!: string;
}
