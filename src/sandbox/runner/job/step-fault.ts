/** A step that can't be carried out. The message goes into the log as the runner's error, and the step fails. */
export class StepFault extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'StepFault';
  }
}
