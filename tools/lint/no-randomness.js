const isMath = (node) => node.type === 'Identifier' && node.name === 'Math';

/** Math.random, however it is reached: the core takes randomness as an argument, so that its decisions can be repeated. */
export const noRandomness = {
  meta: { type: 'problem', schema: [] },
  create(context) {
    const report = (node) => context.report({ node, message: 'Randomness is an argument of the core, never its own idea.' });
    return {
      MemberExpression(node) {
        const name = node.computed ? node.property.value : node.property.name;
        if (isMath(node.object) && name === 'random') report(node);
      },
      VariableDeclarator(node) {
        if (node.id.type !== 'ObjectPattern' || node.init === null || !isMath(node.init)) return;
        if (node.id.properties.some((property) => property.key?.name === 'random')) report(node);
      },
    };
  },
};
