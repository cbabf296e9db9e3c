const limits = { function: 4, constructor: 5 };

/** At most four parameters, five for a constructor, whose parameters Nest fills in. */
export const maxParameters = {
  meta: { type: 'suggestion', schema: [] },
  create(context) {
    const check = (node) => {
      const isConstructor = node.parent.type === 'MethodDefinition' && node.parent.kind === 'constructor';
      const limit = isConstructor ? limits.constructor : limits.function;
      const count = node.params.length;
      if (count > limit)
        context.report({ node, message: `${count} parameters, ${limit} are the guideline: group what belongs together into an object.` });
    };
    return { FunctionDeclaration: check, FunctionExpression: check, ArrowFunctionExpression: check };
  },
};
