/** An expression that GitHub would refuse, or that has no value. The message is GitHub's, and meant for people. */
export class ExpressionFault extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'ExpressionFault';
  }
}
