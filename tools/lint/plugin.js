import { maxParameters } from './max-parameters.js';
import { noPlainError } from './no-plain-error.js';
import { noRandomness } from './no-randomness.js';
import { noTypeOnlyInjection } from './no-type-only-injection.js';

/** The rules of this repository; plain ESLint rules, run by oxlint. */
export default {
  meta: { name: 'crossdock' },
  rules: {
    'max-parameters': maxParameters,
    'no-plain-error': noPlainError,
    'no-randomness': noRandomness,
    'no-type-only-injection': noTypeOnlyInjection,
  },
};
