/** Upper bounds of a patch; no configuration raises them. */
export const PATCH_LIMITS = { files: 100, bytes: 1024 * 1024 } as const;
