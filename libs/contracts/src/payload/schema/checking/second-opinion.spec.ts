import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { compileSchema } from '../compile-schema.ts';
import { re2Pattern } from '../testing/re2-pattern.ts';
import { aDocument, aSchema } from '../testing/schemas.ts';

const usesUnevaluated = (schema: object | boolean): boolean => JSON.stringify(schema).includes('unevaluated');

function ajvOf(schema: object | boolean): ValidateFunction {
  const ajv = new Ajv2020({
    strict: false,
    strictNumbers: true,
    ownProperties: true,
    multipleOfPrecision: 8,
    logger: false,
    meta: false,
    validateSchema: false,
  });
  // The code that ajv makes for it fails now and then, so it is left out where nobody asks for it.
  ajv.opts.unevaluated = usesUnevaluated(schema);
  return ajv.compile(schema);
}

/** The code made for `unevaluated…` beside references and conditions uses variables that were never set. */
function verdictOf(validate: ValidateFunction, schema: object | boolean, document: unknown): boolean | undefined {
  try {
    return validate(document);
  } catch (error) {
    if (usesUnevaluated(schema) && (error instanceof TypeError || error instanceof ReferenceError)) return undefined;
    throw error;
  }
}

/**
 * Where ajv is known to be of another opinion than the standard: items that `contains` has found count as looked at, as does what a schema
 * that refers to itself has looked at; a schema that takes everything is counted by `contains` like any other; and an empty array contains
 * nothing, with `prefixItems` beside it, too.
 */
function isDisputed(schema: object | boolean): boolean {
  const text = JSON.stringify(schema);
  if (usesUnevaluated(schema) && (text.includes('"$ref"') || text.includes('"contains"'))) return true;
  return /"contains":(?:\{\}|true)/.test(text) || (text.includes('"contains"') && text.includes('"prefixItems"'));
}

it('takes for valid what ajv takes for valid, and nothing else', () => {
  const seen = { valid: 0, invalid: 0 };
  fc.assert(
    fc.property(aSchema(), fc.array(aDocument(), { minLength: 5, maxLength: 25 }), (schema, documents) => {
      if (isDisputed(schema)) return;
      const compiled = compileSchema(schema, { compilePattern: re2Pattern });
      const ajv = ajvOf(schema);
      if (!compiled.ok) throw new TypeError(JSON.stringify([schema, compiled]));
      for (const document of documents) {
        const verdict = verdictOf(ajv, schema, document);
        if (verdict === undefined) continue;
        seen[verdict ? 'valid' : 'invalid'] += 1;
        expect({ document, isValid: compiled.check(document, 1_000).length === 0 }).toEqual({ document, isValid: verdict });
      }
    }),
    { numRuns: 500 },
  );
  expect([seen.valid > 500, seen.invalid > 500]).toEqual([true, true]);
});
