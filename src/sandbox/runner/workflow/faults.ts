/** A fault of a workflow file, and where in the file it is: the keys from the root. */
export class DefinitionFault extends Error {
  readonly path: readonly PropertyKey[];
  constructor(message: string, path: readonly PropertyKey[]) {
    super(message);
    this.name = 'DefinitionFault';
    this.path = path;
  }
}
