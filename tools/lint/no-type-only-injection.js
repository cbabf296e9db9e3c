const decoratorName = (decorator) => (decorator.expression.callee ?? decorator.expression).name;

/** The identifier of a parameter's type, if it is a plain name. */
const typeName = (parameter) => {
  const target = parameter.type === 'TSParameterProperty' ? parameter.parameter : parameter;
  const annotated = target.type === 'AssignmentPattern' ? target.left : target;
  const annotation = annotated.typeAnnotation?.typeAnnotation;
  return annotation?.type === 'TSTypeReference' && annotation.typeName.type === 'Identifier' ? annotation.typeName : undefined;
};

/** The decorators whose parameters the validation pipe reads; what `@Ctx()` or `@Req()` brings needs no class. */
const validated = new Set(['Body', 'Query', 'Param', 'Payload', 'MessageBody']);

/** Does Nest read this parameter's type? In a decorated class's constructor: unless a token is injected; in a method: if it is validated. */
const isReadByNest = (method, parameter) => {
  const names = (parameter.decorators ?? []).map(decoratorName);
  if (method.kind !== 'constructor') return names.some((name) => validated.has(name));
  const classDecorators = method.parent.parent.decorators ?? [];
  return classDecorators.length > 0 && !names.some((name) => name?.startsWith('Inject'));
};

/**
 * `import type` of a class that Nest must see compiles silently and erases it: an injected service cannot be resolved at start,
 * and a `@Body()` is no longer validated at all.
 */
export const noTypeOnlyInjection = {
  meta: { type: 'problem', schema: [] },
  create(context) {
    const erased = new Set();
    return {
      ImportDeclaration(node) {
        for (const specifier of node.specifiers) {
          if (node.importKind === 'type' || specifier.importKind === 'type') erased.add(specifier.local.name);
        }
      },
      MethodDefinition(node) {
        for (const parameter of node.value.params) {
          const type = isReadByNest(node, parameter) ? typeName(parameter) : undefined;
          if (type === undefined || !erased.has(type.name)) continue;
          context.report({
            node: type,
            message: `${type.name} is imported as a type, so Nest sees nothing here: import the class, or @Inject a token.`,
          });
        }
      },
    };
  },
};
