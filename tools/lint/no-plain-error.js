/** A thrown error carries `code`, `retriable` and `cause`; a plain one tells its catcher nothing but a text. */
export const noPlainError = {
  meta: { type: 'problem', schema: [] },
  create(context) {
    return {
      ThrowStatement(node) {
        const thrown = node.argument;
        const isCreated = thrown.type === 'NewExpression' || thrown.type === 'CallExpression';
        if (!isCreated || thrown.callee.type !== 'Identifier' || thrown.callee.name !== 'Error') return;
        context.report({
          node,
          message: 'Throw an error with code, retriable and cause (HubError), or return the expected ending as a value.',
        });
      },
    };
  },
};
