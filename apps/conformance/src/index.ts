export { chapters } from './cases/chapters.ts';
export { openParty, type Obstacle, type OpenParty, type Target } from './run/open-party.ts';
export { Session, type OpenChapter, type Outcome, type Party, type Patience } from './run/session.ts';
export type { Case, Chapter, Need, Request, Step } from './suite/case.ts';
