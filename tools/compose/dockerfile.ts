/** One instruction of a Dockerfile, its continued lines joined. */
export interface Instruction {
  readonly word: string;
  readonly rest: string;
}

/** What a `FROM` begins. */
export interface Stage {
  readonly name: string;
  /** An image, or the name of another stage. */
  readonly from: string;
  readonly instructions: readonly Instruction[];
}

export interface Dockerfile {
  /** `ARG`s before the first stage, with their defaults. */
  readonly args: Readonly<Record<string, string>>;
  readonly stages: readonly Stage[];
}

/** Reads as much of the language as our Dockerfile uses. */
export function parseDockerfile(text: string): Dockerfile {
  const instructions = instructionsOf(text);
  const starts = instructions.flatMap(({ word }, index) => (word === 'FROM' ? [index] : []));
  const before = instructions.slice(0, starts[0]).filter(({ word }) => word === 'ARG');
  return {
    args: Object.assign({}, ...before.map(({ rest }) => pairs(rest))) as Record<string, string>,
    stages: starts.map((start, index) => stageOf(instructions.slice(start, starts[index + 1]))),
  };
}

function instructionsOf(text: string): readonly Instruction[] {
  const joined = text.replaceAll(/^\s*#.*\n/gm, '').replaceAll(/\\\n\s*/g, '');
  return [...joined.matchAll(/^(\w+)\s+(.*)$/gm)].map(([, word = '', rest = '']) => ({ word, rest }));
}

/** `FROM node:24 AS build` and what follows. */
function stageOf([first, ...instructions]: readonly Instruction[]): Stage {
  const [from = '', , name = ''] = first?.rest.split(' ') ?? [];
  return { from, name, instructions };
}

/** The instructions of a stage after those of the stages that it begins from. */
export function inherited(file: Dockerfile, name: string): readonly Instruction[] {
  const stage = file.stages.find((one) => one.name === name);
  return stage === undefined ? [] : [...inherited(file, stage.from), ...stage.instructions];
}

/** The last instruction of that word; '' where there is none. */
export function last(instructions: readonly Instruction[], word: string): string {
  return instructions.findLast((one) => one.word === word)?.rest ?? '';
}

/** All variables that `ENV` sets. */
export function environmentOf(instructions: readonly Instruction[]): Readonly<Record<string, string>> {
  return Object.assign({}, ...instructions.filter(({ word }) => word === 'ENV').map(({ rest }) => pairs(rest))) as Record<string, string>;
}

/** `A=1 B="2"` */
function pairs(text: string): Readonly<Record<string, string>> {
  return Object.fromEntries(
    [...text.matchAll(/([\w.]+)=("[^"]*"|\S*)/g)].map(([, name = '', value = '']) => [name, value.replaceAll('"', '')]),
  );
}
