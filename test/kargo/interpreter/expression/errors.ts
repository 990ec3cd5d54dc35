/** An expression that Kargo would refuse to compile or fail to run, or that uses what this interpreter does not know. */
export class ExpressionError extends Error {
  override readonly name = 'ExpressionError';
}
