/** What Regreen's pull requests carry, so that people can filter for them. */
export const FIX_LABEL = 'regreen';
